/** A labeled field of a form. */
export const Field = ({
  label,
  value,
  type = 'text',
  onText,
}: {
  label: string;
  value: string;
  type?: 'text' | 'date' | 'password';
  onText(text: string): void;
}) => {
  const own = {
    value,
    autocomplete: 'off' as const,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onText(currentTarget.value),
  };
  // Each by its literal type, as Preact's types know a field.
  const fields = {
    text: <input type="text" {...own} />,
    date: <input type="date" {...own} />,
    password: <input type="password" {...own} />,
  };
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is one of fields
    <label>
      {label}
      {fields[type]}
    </label>
  );
};
