/**
 * Imported first, it makes the shop of test/fixtures/shop the project of this test file: its event types and columns are
 * there whatever the user has made of events/.
 */
process.env.HEADRACE_PROJECT = 'test/fixtures/shop';
