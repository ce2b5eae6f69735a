import { useEffect, useState } from 'preact/hooks';

/** What stands behind the page's name in the address, so that a view can be reloaded: `#/trace?id=order-1` → id. */
const asked = (): URLSearchParams => new URLSearchParams(location.hash.split('?')[1] ?? '');

export const useAsked = (): URLSearchParams => {
  const [parameters, setParameters] = useState(asked());
  useEffect(() => {
    const move = () => setParameters(asked());
    addEventListener('hashchange', move);
    return () => removeEventListener('hashchange', move);
  }, []);
  return parameters;
};

export const addressOf = (page: string, parameters: Record<string, string>): string =>
  `#/${page}?${new URLSearchParams(parameters)}`;
