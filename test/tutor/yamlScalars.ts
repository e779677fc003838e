/** Refused: Tutor would fail, or JavaScript could not hold what it reads. */
export const refused = Symbol("refused");

/** Stands for a date, which stays as it is written. */
export const date = Symbol("date");

/**
 * Values in a config.yml, as they are written there, and what PyYAML makes of them; with it what Python prints of a
 * number, where that is not what JavaScript prints.
 */
export const yamlScalars: readonly [written: string, value: unknown, printed?: string][] = [
  // Texts that other readers take for numbers.
  ...[
    ..."12e45678 1e5 1E5 1e+5 1e-7 1.5e400 1.0e5 0o17 0O17 08 09 0778 0b2 0xg 0B1 0X1F 1,000 1.2.3 0x1.8p3".split(
      " ",
    ),
    ..."_1 ._ +.5 -.5 -.nan +.nan nan inf NaN Infinity -Infinity 1:60 0:30 00:30 :30 +-1 --1 1- 1_a".split(
      " ",
    ),
    ..."2026-1-1 2026-01 2026-01-01T10:00 2026-01-01T10 12:30:45.5.1 1e e5 e5 .e5 1:30:a".split(" "),
    ..."y n Y N yES nO tRUE oN oFF nULL nil None Nul ~~ true. yes! on/off === <<< <".split(" "),
  ].map((text): [string, unknown] => [text, text]),
  ...["1. 5", "true false", "null ~", "12 34", "0123 456", "1:30 pm"].map((text): [string, unknown] => [
    text,
    text,
  ]),
  // Whole numbers.
  ["0", 0],
  ["+0", 0],
  ["-0", 0],
  ["00", 0],
  ["0_", 0],
  ["7", 7],
  ["+12", 12],
  ["-12", -12],
  ["12_", 12],
  ["1_000", 1000],
  ["1__0", 10],
  ["12345678", 12345678],
  ["0123456", 42798],
  ["-0123", -83],
  ["0_17", 15],
  ["007", 7],
  ["0777", 511],
  ["0b11", 3],
  ["-0b1_1", -3],
  ["0xfF", 255],
  ["+0x1_0", 16],
  ["1:30", 90],
  ["-1:30", -90],
  ["1:59:59", 7199],
  ["190:20:30", 685230],
  ["12:30:45", 45045],
  ["9007199254740991", 9007199254740991],
  ["-9007199254740991", -9007199254740991],
  // Numbers with a point.
  ["1.5", 1.5],
  ["1.10", 1.1],
  ["1.", 1, "1.0"],
  ["100.0", 100, "100.0"],
  ["-2.0", -2, "-2.0"],
  ["0.0", 0, "0.0"],
  [".5", 0.5],
  [".5_", 0.5],
  ["1_.5_", 1.5],
  ["1.e+5", 100000, "100000.0"],
  ["1.0e+5", 100000, "100000.0"],
  ["1.5E-7", 1.5e-7, "1.5e-07"],
  ["0.0001", 0.0001],
  ["0.00001", 0.00001, "1e-05"],
  ["0.000012", 0.000012, "1.2e-05"],
  ["1.0e+15", 1e15, "1000000000000000.0"],
  ["1.0e+16", 1e16, "1e+16"],
  ["1.25e+100", 1.25e100, "1.25e+100"],
  ["123456789012345678.5", 123456789012345680, "1.2345678901234568e+17"],
  ["1:30.5", 90.5],
  ["1:30.", 90, "90.0"],
  ["190:20:30.15", 685230.15],
  ["1:60.5", "1:60.5"],
  // Truths, nothing, dates.
  ..."yes Yes YES true True TRUE on On ON".split(" ").map((text): [string, unknown] => [text, true]),
  ..."no No NO false False FALSE off Off OFF".split(" ").map((text): [string, unknown] => [text, false]),
  ...["~", "null", "Null", "NULL", ""].map((text): [string, unknown] => [text, null]),
  ...[
    "2026-01-01",
    "2024-02-29",
    "2026-1-1 1:00:00",
    "2026-01-01T10:00:00Z",
    "2026-01-01t10:00:00.123456789-05:00",
    "2001-12-14 21:59:43.10 -5",
  ].map((text): [string, unknown] => [text, date]),
  // Quotes, tags, blocks.
  ["'12'", "12"],
  ['"0123"', "0123"],
  ['"\\x41\\u2028\\/"', "A\u2028/"],
  ["'it''s'", "it's"],
  ["'{{ OTHER }}'", "{{ OTHER }}"],
  ["!!str 0123", "0123"],
  ["!!int '0123'", 83],
  ["!!float '1.5'", 1.5],
  ["!!bool 'no'", false],
  ["!!null ''", null],
  ["a#b", "a#b"],
  ["a #b", "a"],
  ["http://a.b:80/?c=d&e", "http://a.b:80/?c=d&e"],
  ["|\n  a\n  b", "a\nb\n"],
  [">-\n  a\n  b", "a b"],
  ["a\n  b", "a b"],
  ["&x 0123", 83],
  ["[0123, on, '1']", [83, true, "1"]],
  ["{a: 1:30, b: ~}", { a: 90, b: null }],
  ["\n  <<: {a: 1, b: 2}\n  a: 3", { a: 3, b: 2 }],
  ["\n  a: 3\n  <<: [{a: 1, b: 2}, {b: 4, c: 5}]", { a: 3, b: 2, c: 5 }],
  // What Tutor refuses.
  ..."0b_ 0x_ 0b 0x = << @a `a %a *none !mine !!python/none ]"
    .split(" ")
    .flatMap((text): [string, unknown][] => (/^0[bx]$/.test(text) ? [[text, text]] : [[text, refused]])),
  ["2026-02-30", refused],
  ["2026-13-01", refused],
  ["2026-01-01 24:00:00", refused],
  ["2026-01-01 10:00:00+24:00", refused],
  ["a: b", refused],
  ["'open", refused],
  ['"\\q"', refused],
  ["\u0007", refused],
];

/** What Tutor reads and no JavaScript can hold, or what it reads in a way that nobody means. */
export const refusedHere: readonly [written: string, fault: RegExp][] = [
  ["12345678901234567890", /^config\.yml, line 1, column 4: K: .*too large.*put it in quotes$/],
  ["-9007199254740992", /K: .*too large/],
  ["0x20000000000001", /K: .*too large/],
  ["0400000000000000001", /K: .*too large/],
  ["[1, {a: 9007199254740993}]", /K: .*too large/],
  ["1.0e+400", /K: .*infinite.*put it in quotes/],
  ["-.inf", /K: .*infinite/],
  [".NaN", /K: .*undefined/],
  ["!!float 12", /K: Unresolved tag/],
  ["!!binary aGk=", /K: Unresolved tag/],
  ["!!set {a}", /K: Unresolved tag/],
  ["! 12", /line 1, column 6: the tag ! has a meaning of its own/],
  ["'a\u0085b'", /a control character or an uncommon line break/],
  ["1\nK: 2", /line 2, column 1: K is there twice; keep one/],
  ["1\non: 2", /line 2, column 1: the key is not a text in YAML 1\.1; put it in quotes/],
  ["1\n12: 2", /the key is not a text/],
];
