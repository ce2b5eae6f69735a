// osls loads JavaScript only: `${file(resources/windows.js):state}`.
import { alarms, fanOut, seconds, state, table } from './windows.ts';

export { alarms, fanOut, seconds, state, table };
export default state;
