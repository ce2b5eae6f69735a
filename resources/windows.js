// osls loads JavaScript only: `${file(resources/windows.js):state}`.
import { alarms, seconds, state, table } from './windows.ts';

export { alarms, seconds, state, table };
export default state;
