import Kernel
import Profiles
import Recordings
import Settings
import TextOutput
import Workloads

/// Recognition of an input by its content.
extension Input {
  /// Largest text that is read as a snapshot, a workload or a profile, in bytes.
  private static let maximumTextBytes = 64 << 20

  /// Reads a file or standard input.
  /// - Throws: a `Failure` if its content has no known format.
  init(contentOf file: InputFile, _ changes: TrafficParameterChanges) throws {
    let path = file.path
    var (file, conversions) = (file, [Conversion]())
    while true {
      let start = try file.peek()
      guard !start.isEmpty else {
        throw Failure.failed(
          "\(file.name): is empty; expected a recording, a snapshot, a workload, a history or a profile")
      }
      switch ForeignFormat(start) {
      case .recording:
        self = .recording(try Input.recording(in: file))
        for conversion in conversions { try conversion.finish() }
        return
      case .history:
        guard let path = file.path else {
          throw Failure.failed(
            "\(file.name): is a history, which is a database and cannot be read from a pipe; name its file")
        }
        self = .history(try InputHistory(path: path))
        return
      case .packets: throw Input.isTrace(file.name, "a packet capture")
      case .converted(let converter):
        guard converter.decompresses else { throw Input.isTrace(file.name, converter.format) }
        guard conversions.count < 4 else {
          throw Failure.failed("\(file.name): is compressed more than four times; decompress it first")
        }
        conversions.append(try Conversion(file, converter))
        file = conversions[conversions.count - 1].output
      case .text:
        let bytes = try Input.text(in: file)
        for conversion in conversions { try conversion.finish() }
        if AllocationProfile.isJSON(bytes) {
          self = .profile(try InputProfile(bytes, path: path))
          return
        }
        if Allocinfo.isAllocinfo(bytes) {
          self = .profile(try InputProfile(allocinfo: bytes, path: path))
          return
        }
        self =
          Input.isWorkload(bytes, path: file.path)
          ? .workload(try WorkloadSettings(file: file.path ?? "standard input", bytes, changes))
          : .snapshot(try SavedSnapshotFile(bytes, path: file.path))
        return
      }
    }
  }

  private static func recording(in file: InputFile) throws -> InputRecording {
    do {
      let recording =
        if file.size != nil, let path = file.path {
          try Recording(mapping: path, name: path.lastPathComponent)
        } else {
          try Recording(bytes: file.readAll(), name: "unnamed recording")
        }
      if let warning = recording.warning { Standard.error("slabscope: warning: \(file.name): \(warning)\n") }
      return InputRecording(recording, path: file.path)
    } catch let error as SlabtraceError {
      throw Failure.failed("\(file.name): \(error)")
    }
  }

  private static func text(in file: InputFile) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = try file.read()
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= maximumTextBytes else {
        throw Failure.failed(
          "\(file.name): is text of more than \(maximumTextBytes >> 20) MiB; expected a snapshot or a profile, which is shorter. If it is a "
            + "trace, convert it first: slabscope import \(file.name) -o x.slabtrace")
      }
    }
  }

  /// Returns whether text is a workload file: it has the extension .toml, or a line that sets `workload`.
  private static func isWorkload(_ bytes: [UInt8], path: String?) -> Bool {
    if let path, path.hasSuffix(".toml") { return true }
    return bytes.prefix(1 << 16).split(separator: UInt8(ascii: "\n")).contains { line in
      let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "=") }
      return words.first.map { $0.elementsEqual("workload".utf8) } ?? false && line.contains(UInt8(ascii: "="))
    }
  }

  private static func isTrace(_ name: String, _ format: String) -> Failure {
    Failure.failed("\(name): is \(format), expected a recording; convert it: slabscope import \(name) -o x.slabtrace")
  }
}

extension WorkloadSettings {
  /// The workload of the catalogue with this name, with changed parameters.
  /// - Throws: a usage failure.
  init(named name: String, _ changes: TrafficParameterChanges) throws {
    do {
      self.init(try WorkloadCatalog.workload(name))
      try set(changes)
    } catch let error as UnknownName {
      throw Failure.usage("\(error), or name a file: ./mine.toml")
    } catch let error as TrafficParameterError {
      throw Failure.usage("--\(error)")
    }
  }

  /// The workload of a TOML file, with changed parameters.
  /// - Throws: a usage failure that names the file and the line.
  init(file: String, _ bytes: [UInt8], _ changes: TrafficParameterChanges) throws {
    do {
      try self.init(toml: String(decoding: bytes, as: UTF8.self), file: file)
      try set(changes)
    } catch let error as TrafficParameterError {
      throw Failure.usage("--\(error)")
    } catch let error as SettingsError {
      throw Failure.usage("\(error)")
    }
  }
}
