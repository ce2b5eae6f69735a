/** The emulator plays one account in one region: what template functions and ARNs of it say. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
