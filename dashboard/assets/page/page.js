// What every page tells the browser: the language it speaks, for screen readers. dashboard/frame.py sends `language`.

export default function show({ data }) {
  document.documentElement.lang = data.language;
}
