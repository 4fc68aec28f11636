import FoundationEssentials

/// Words that a shell offers to complete what its user has typed.
enum CompletionWords {
  /// Returns the paths that begin with a text: the files that have one of the extensions, and the folders, with a slash at the end.
  ///
  /// Hidden files are returned only if the name begins with a dot. A folder that cannot be read is empty.
  static func files(beginning prefix: String, extensions: [String]) -> [String] {
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    let start = prefix.dropFirst(folder.count)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.sorted().compactMap { name in
      guard name.hasPrefix(start), start.hasPrefix(".") || !name.hasPrefix(".") else { return nil }
      var isFolder = false
      guard FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder) else { return nil }
      if isFolder { return folder + name + "/" }
      return extensions.contains { name.hasSuffix("." + $0) } ? folder + name : nil
    }
  }

  /// Returns the continuations of a list with commas: each is the list with its last item completed by a name that it does not hold.
  static func continuing(list: String, with names: [String]) -> [String] {
    let items = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let (finished, last) = (items.dropLast(), items.last ?? "")
    let start = finished.map { $0 + "," }.joined()
    return names.filter { $0.hasPrefix(last) && !finished.contains($0) }.map { start + $0 }
  }

  /// Returns the names of the caches of the running kernel, which everybody may list; none if the kernel has no such folder.
  static func kernelCaches(folder: String = "/sys/kernel/slab") -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Names that begin with a colon are those of merged caches, to which the other names are links.
    return names.filter { !$0.hasPrefix(":") }.sorted()
  }
}
