import type { ComponentType } from 'preact';
import type { StageFacts } from './contract.ts';
import { Ask } from './pages/ask.tsx';
import { Overview } from './pages/overview.tsx';

export interface PageProps {
  stage: StageFacts;
}

interface Page {
  /** in the address */
  name: string;
  title: string;
  View: ComponentType<PageProps>;
}

export const pages: readonly Page[] = [
  { name: 'overview', title: 'Overview', View: Overview },
  { name: 'ask', title: 'Ask', View: Ask },
];
