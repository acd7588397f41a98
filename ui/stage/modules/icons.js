/** Line icons, 24 × 24, drawn with the colour of the text about them. */

export const ICONS = Object.freeze({
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  previous: "m15 5-7 7 7 7",
  next: "m9 5 7 7-7 7",
  nextOpen: "m5 5 7 7-7 7m7-14 7 7-7 7",
  left: "M20 12H4m6-6-6 6 6 6",
  right: "M4 12h16m-6-6 6 6-6 6",
  down: "m6 9 6 6 6-6",
  minus: "M5 12h14",
  plus: "M5 12h14M12 5v14",
  fit: "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5",
  frame: "M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4m5-7h6v6H9z",
  others: "M3 8h9v9H3zM12 5h9v9h-6",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4m0 3v.5",
  remark: "M4 5h16v11H11l-5 4v-4H4z",
  pin: "M12 21s7-6.5 7-11a7 7 0 1 0-14 0c0 4.5 7 11 7 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  flag: "M5 21V4h12l-2.5 4L17 12H5",
  save: "m5 12 5 5L19 7",
  warning: "M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5v.5",
  roundabout: "M4 12a8 8 0 0 1 14-5m2 5a8 8 0 0 1-14 5m12-14v4h-4M6 21v-4h4",
});
