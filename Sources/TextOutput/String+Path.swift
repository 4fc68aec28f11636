/// Parts of the path of a file.
extension String {
  /// Name of the file without its folders: `b.c` of `/a/b.c`.
  package var lastPathComponent: String {
    split(separator: "/").last.map(String.init) ?? (hasPrefix("/") ? "/" : "")
  }

  /// Path of the folder of the file: `/a` of `/a/b.c`, empty if the path has no folder.
  package var deletingLastPathComponent: String {
    let parts = split(separator: "/")
    let folder = parts.dropLast().joined(separator: "/")
    return hasPrefix("/") ? "/" + folder : folder
  }

  /// Path of a file in this folder.
  package func appendingPathComponent(_ name: String) -> String { hasSuffix("/") ? self + name : "\(self)/\(name)" }

  /// Extension of the file's name without its point: `c` of `/a/b.c`; empty if the name has none.
  package var pathExtension: String {
    let name = lastPathComponent
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    let suffix = name[name.index(after: point)...]
    return suffix.contains(" ") ? "" : String(suffix)
  }

  /// Path without the extension and its point.
  package var deletingPathExtension: String {
    let suffix = pathExtension
    return suffix.isEmpty ? self : String(dropLast(suffix.count + 1))
  }
}
