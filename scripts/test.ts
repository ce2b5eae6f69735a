import './projectFirst.ts';
import { run } from 'jest';
import { packageStage } from '../client/package.ts';

// npm test [-- test/foo … and Jest's options]: packages the stages that tests boot or read, then runs Jest in this
// process. It needs --experimental-vm-modules (see package.json); Jest's workers take it over. Without a name it leaves out
// the tests of half a minute and more, *.long.test.ts: `npm run test:long` and .ci/run run those.
const given = process.argv.slice(2);
const named = given.some((argument) => !argument.startsWith('-'));
for (const stage of ['local', 'prod', 'dev']) await packageStage(stage);
process.env.NODE_ENV ??= 'test'; // as Jest's own command does
await run(named ? given : ['--testPathIgnorePatterns', '\\.long\\.test\\.ts$', ...given]);
