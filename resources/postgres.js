// osls loads JavaScript only: `${file(resources/postgres.js):functions}`.
export * from './postgres.ts';
