import Recordings

extension Recording {
  /// Opens a .slabtrace file, or one from standard input under the name `-`; what of it can't be read is said on
  /// standard error.
  init(file path: String) throws {
    let input = try InputFile(path)
    do {
      self =
        try input.size == nil
        ? Recording(bytes: try input.readAll(), name: input.name)
        : Recording(mapping: path, name: input.name)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(input.name): \(error)")
    }
    if let warning { Standard.error("slabscope: warning: \(input.name): \(warning)\n") }
  }
}
