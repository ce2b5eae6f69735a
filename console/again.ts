import { useEffect, useRef } from 'preact/hooks';

/**
 * Asks now, and again as long as somebody looks. Not while an answer is still awaited: one that takes longer than that
 * would never be seen. `ask` is to be the same one as long as it asks the same.
 */
export const useAgain = (ask: () => void, busy: boolean, everyMs: number): void => {
  const waits = useRef(busy);
  waits.current = busy;
  useEffect(() => {
    ask();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !waits.current) ask();
    }, everyMs);
    return () => clearInterval(timer);
  }, [ask, everyMs]);
};
