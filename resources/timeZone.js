// osls loads JavaScript only: `${file(resources/timeZone.js):timeZone}`.
import { timeZone } from './timeZone.ts';

export { timeZone };
export default timeZone;
