import type { ComponentType } from 'preact';
import { Ask } from './pages/ask.tsx';
import { Events } from './pages/events.tsx';
import { Live } from './pages/live.tsx';
import { Overview } from './pages/overview.tsx';
import { Quarantine } from './pages/quarantine.tsx';
import { Runs } from './pages/runs.tsx';
import { Trace } from './pages/trace.tsx';
import type { PageProps } from './parts/pageProps.ts';

interface Page {
  /** in the address */
  name: string;
  title: string;
  View: ComponentType<PageProps>;
}

export const pages: readonly Page[] = [
  { name: 'overview', title: 'Overview', View: Overview },
  { name: 'live', title: 'Live', View: Live },
  { name: 'runs', title: 'Runs', View: Runs },
  { name: 'ask', title: 'Ask', View: Ask },
  { name: 'events', title: 'Events', View: Events },
  { name: 'quarantine', title: 'Quarantine', View: Quarantine },
  { name: 'trace', title: 'Trace', View: Trace },
];
