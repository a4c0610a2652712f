// What the page says, in three languages. English texts are the keys of the catalogues that stand among the data.

const LANGUAGES = [["en", "EN", "English"], ["zh-Hant", "繁", "繁體中文"], ["zh-Hans", "简", "简体中文"]];

let language = "en";
let catalogues = null;

function translation(text) {
  catalogues = catalogues || new Map(Object.entries(data.words).map(([tag, words]) => [tag, new Map(Object.entries(words))]));
  return catalogues.has(language) ? catalogues.get(language).get(text) : undefined;
}

// A text of ours with its figures filled in.
function t(text, values) {
  return withValues(translation(text) || text, values);
}

// One of two texts by a count, which stands in them as {count}.
function tn(one, many, count, values) {
  return withValues(translation(one) || (count === 1 ? one : many), { count: num(count), ...values });
}

const PLACE = /\{(\w+)\}/;

function withValues(text, values) {
  if (!values) return text;
  return text.replace(new RegExp(PLACE, "g"), (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}

// A text of ours with elements in it: what stands at {name} is put there.
function mixed(text, nodes) {
  return text.split(/(\{\w+\})/).map((part) => {
    const found = PLACE.exec(part);
    return found && Object.hasOwn(nodes, found[1]) ? nodes[found[1]] : part;
  });
}

// A sentence out of the record: in our language where the catalogues know it, else marked as the English that it is.
function told(text) {
  if (language === "en" || !text) return text;
  return translation(text) || el("span", { lang: "en" }, text);
}

// Whether a sentence out of the record has to be shown in English on a page that is not.
function inEnglish(text) {
  return language !== "en" && !translation(text);
}

function useLanguage(tag) {
  language = LANGUAGES.some(([known]) => known === tag) ? tag : "en";
  document.documentElement.lang = language;
}
