// node scripts/run.mjs FILE.ts …     a file (or Node's options before it), with the project's Node
// node scripts/run.mjs PROGRAM …     a program: bash, serverless
// What is missing is installed first.
import { launch } from './launch.mjs';

// npm runs a script in the folder of its package, and says here where it was called.
launch(process.argv.slice(2), process.env.INIT_CWD);
