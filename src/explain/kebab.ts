/** A parameter's name as the command line has it: `readOut` → `read-out`. */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
