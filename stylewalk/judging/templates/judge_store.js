// What judges have answered, kept in this browser, and written as CSV.

// Of one study and one set of trials: another one does not take up these answers.
function openStore(study, key) {
  const place = `stylewalk-judge/${study}/${key}`;
  let judges = {};
  let kept = true;
  const stored = () => readable(JSON.parse(localStorage.getItem(place) || "{}"));
  try {
    judges = stored();
  } catch {
    kept = false;
  }
  function keep(own) {
    try {
      // Another window may have kept answers of other judges since.
      judges = Object.assign(stored(), { [own]: judges[own] });
      localStorage.setItem(place, JSON.stringify(judges));
      kept = true;
    } catch {
      kept = false;
    }
  }
  return {
    names: () => Object.keys(judges),
    // Lists of [trial, answer, milliseconds], in the order in which they were given.
    of: (name) => (Object.hasOwn(judges, name) ? judges[name] : []),
    add(name, row) {
      judges[name] = [...this.of(name), row];
      keep(name);
    },
    undo(name) {
      const taken = this.of(name).at(-1);
      judges[name] = this.of(name).slice(0, -1);
      keep(name);
      return taken;
    },
    isKept: () => kept,
  };
}

// Only what this page wrote: another one may have used the same place.
function readable(found) {
  const judges = Object.create(null);
  for (const [name, rows] of Object.entries(found ?? {})) {
    if (Array.isArray(rows)) judges[name] = rows.filter((row) => Array.isArray(row) && row.length === 3);
  }
  return judges;
}

// A spreadsheet would run a text that begins so: see stylewalk/csv_cells.py.
const DANGER = /^'*[=+\-@\t\r\n＝＋－＠]/;

function cell(value) {
  const text = typeof value === "string" && DANGER.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function asCsv(study, key, judge, rows) {
  const lines = [["judge", "trial", "answer", "milliseconds", "study", "key"]];
  for (const [trial, answer, milliseconds] of rows) {
    lines.push([judge, trial, answer, milliseconds, study, key]);
  }
  return lines.map((line) => line.map(cell).join(",") + "\n").join("");
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
