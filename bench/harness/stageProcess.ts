/** The emulator in a process of its own. Arguments: package, data folder. Says its port over IPC; ends with its parent. */

import { startEmulator } from 'headrace-emulator';
import { z } from 'zod';

const [packageDir, dataDir] = z.tuple([z.string(), z.string()]).parse(process.argv.slice(2));

const stage = await startEmulator({ packageDir, dataDir, port: 0, fresh: true });

const stop = async (): Promise<void> => {
  await stage.close();
  process.exit(0);
};
process.on('disconnect', () => void stop());
process.send?.({ port: stage.port, lake: stage.names.LakeBucket });
