// node scripts/run.mjs FILE.ts …     a file (or Node's options before it), with the project's Node
// node scripts/run.mjs PROGRAM …     a program: bash, serverless
// What is missing is installed first.
import { launch } from './launch.mjs';

launch(process.argv.slice(2));
