import type { StageFacts } from '../contract.ts';

/** What every page is given. */
export interface PageProps {
  stage: StageFacts;
}
