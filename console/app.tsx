import { useEffect, useRef, useState } from 'preact/hooks';
import { useCall } from './api.ts';
import { ClockContext, clockOf } from './clock.ts';
import { pages } from './pages.tsx';
import { Trouble } from './parts/said.tsx';

const named = (): string => location.hash.replace(/^#\/?/, '').split('?')[0] || 'overview';

const usePlace = (): string => {
  const [place, setPlace] = useState(named());
  useEffect(() => {
    const move = () => setPlace(named());
    addEventListener('hashchange', move);
    return () => removeEventListener('hashchange', move);
  }, []);
  return place;
};

const Nav = ({ place }: { place: string }) => (
  <nav aria-label="Pages">
    <ul>
      {pages.map(({ name, title }) => (
        <li key={name}>
          <a href={`#/${name}`} aria-current={name === place ? 'page' : undefined}>
            {title}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

export const App = () => {
  const place = usePlace();
  const { ask, result: stage, problem } = useCall('stage');
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => ask({}), [ask]);
  const page = pages.find(({ name }) => name === place) ?? pages[0];
  useEffect(() => {
    document.title = `${page?.title} · Headrace ${stage?.stage ?? ''}`;
  }, [page, stage]);
  // Who goes on by keyboard or ear is at the new page's beginning.
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [place]);
  if (page === undefined) return null;
  const { View } = page;
  return (
    <>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <strong>Headrace</strong>
        <span class="quiet">
          {stage ? `${stage.local ? 'emulator' : `stage ${stage.stage}`} · times in ${stage.timeZone}` : '…'}
        </span>
        <Nav place={page.name} />
      </header>
      <main>
        <h1 tabIndex={-1} ref={heading}>
          {page.title}
        </h1>
        <Trouble problem={problem} again={() => ask({})} />
        {stage && (
          <ClockContext.Provider value={clockOf(stage.timeZone)}>
            <View key={page.name} stage={stage} />
          </ClockContext.Provider>
        )}
      </main>
    </>
  );
};
