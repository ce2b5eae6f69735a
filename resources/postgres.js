// osls loads JavaScript only: `${file(resources/postgres.js):functions}`.
import { functions } from './postgres.ts';

export * from './postgres.ts';
export default functions;
