// osls loads JavaScript only: `${file(resources/data/encryption.js):bucket}`.
import { bucket, resources, results, stream } from './encryption.ts';

export { bucket, resources, results, stream };
export default resources;
