/** As much of XML as a data source of Tableau needs. */
export interface Element {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (Element | string)[];
}

export const element = (
  tag: string,
  attributes: Element['attributes'] = {},
  ...children: Element['children']
): Element => ({ tag, attributes, children });

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  // In an attribute a new line would be read as a space.
  '\n': '&#10;',
};

const escaped = (text: string, characters: RegExp): string =>
  text.replaceAll(characters, (character) => entities[character] ?? character);

const written = (node: Element | string, indent: string): string => {
  if (typeof node === 'string') return escaped(node, /[&<>]/g);
  const { tag, attributes, children } = node;
  const head = [
    tag,
    ...Object.entries(attributes).map(([name, value]) => `${name}='${escaped(value, /[&<>'\n]/g)}'`),
  ];
  if (children.length === 0) return `<${head.join(' ')} />`;
  // Spaces beside a text would be part of it.
  const inside = children.some((child) => typeof child === 'string')
    ? children.map((child) => written(child, '')).join('')
    : `${children.map((child) => `\n${indent}  ${written(child, `${indent}  `)}`).join('')}\n${indent}`;
  return `<${head.join(' ')}>${inside}</${tag}>`;
};

export const document = (root: Element): string =>
  `<?xml version='1.0' encoding='utf-8' ?>\n\n${written(root, '')}\n`;
