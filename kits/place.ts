import { v5 } from 'uuid';

/** Where a kit's readers ask: what differs from stage to stage. */
export interface Place {
  stage: string;
  region: string;
  database: string;
  workgroup: string;
}

const NAMESPACE = '6f3b1c0a-5d0e-5b0c-9a55-0a4d6c1f7e21';

/** The same thing has the same id in every kit of a stage: what is imported again takes the place of what was there. */
export const idOf = ({ stage }: Place, kind: string, name: string): string =>
  v5(`${stage}/${kind}/${name}`, NAMESPACE);
