// osls loads JavaScript only: `${file(resources/data/encryption.js):bucket}`.
import { bucket, database, resources, results, stream } from './encryption.ts';

export { bucket, database, resources, results, stream };
export default resources;
