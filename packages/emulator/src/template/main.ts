export { callOverHttp, callQuery } from './provision/ports.ts';
export { parseTemplate, readTemplate, TEMPLATE_FILE, type Template } from './read.ts';
export { resolveTemplate, type TemplateResource } from './resolveTemplate.ts';
