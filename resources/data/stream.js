// osls loads JavaScript only: `${file(resources/data/stream.js):maximumRecordAge}`.
import { maximumRecordAge } from './stream.ts';

export { maximumRecordAge };
export default maximumRecordAge;
