// osls loads JavaScript only: `${file(resources/windows.js):state}`.
import { alarms, seconds, state } from './windows.ts';

export { alarms, seconds, state };
export default state;
