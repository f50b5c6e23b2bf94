import { invalidArgument } from '../errors';

/** An enum of the wire and its words in the domain, both ways. */
export interface EnumCodec<Wire extends string, Word extends string> {
  /** INVALID_ARGUMENT for a value without a word: unspecified, or newer than this server. */
  decode(field: string, wire: Wire | number): Word;
  encode(word: Word): Wire;
}

/** `words` names every value that has a meaning; `*_UNSPECIFIED` is left out where a value is required. */
export function createEnumCodec<Wire extends string, Word extends string>(
  words: Readonly<Partial<Record<Wire, Word>>>,
): EnumCodec<Wire, Word> {
  const wireToWord = new Map(Object.entries(words) as [Wire, Word][]);
  const wordToWire = new Map([...wireToWord].map(([wire, word]) => [word, wire]));
  return Object.freeze({
    decode(field: string, wire: Wire | number): Word {
      const word = wireToWord.get(wire as Wire);
      if (word !== undefined) return word;
      const known = [...wireToWord.keys()].join(', ');
      throw invalidArgument(`${field} is ${wire}; it must be one of ${known}`);
    },
    encode(word: Word): Wire {
      // Total over Word: every word of the domain comes from the table.
      return wordToWire.get(word) as Wire;
    },
  });
}
