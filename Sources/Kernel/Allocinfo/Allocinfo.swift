package import Profiles

/// Reader of /proc/allocinfo, versions 1 and 2 (Linux, Documentation/filesystems/proc.rst): the live bytes and objects of each call site
/// in the source code, of a kernel built with CONFIG_MEM_ALLOC_PROFILING. It also has the pages that are not allocated for slabs.
package struct Allocinfo {
  /// Error in the text of a file.
  package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line, from 1.
    package var line: Int
    /// Expected and found text.
    package var reason: String

    package var description: String { "line \(line): \(reason)" }
  }

  /// Profile of the live objects. Objects that were freed are not known, so that only the live objects count as allocated. A call site
  /// is `function file:line`, with the kernel module in brackets; its objects have their mean size.
  package private(set) var profile: AllocationProfile
  /// Number of call sites that the kernel marks as inaccurate: it lacked the memory to count some of their objects. Only the changes
  /// of their figures are exact.
  package private(set) var inaccurateSites = 0

  /// Start of the first line of the file.
  private static let heading = "allocinfo - version: "
  /// Largest sum of bytes. JSON readers that compute with floating-point numbers represent it exactly.
  private static let maximumBytes = 1 << 53

  /// Returns whether a text begins as the file does.
  package static func isAllocinfo(_ bytes: [UInt8]) -> Bool { bytes.starts(with: heading.utf8) }

  /// Parses the file.
  /// - Parameters:
  ///   - text: Contents of the file.
  ///   - name: Name of the profile's source.
  /// - Throws: `Problem`.
  package init(_ text: String, name: String) throws(Problem) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let version = lines[0].hasPrefix(Allocinfo.heading) ? lines[0].dropFirst(Allocinfo.heading.count) : ""
    guard let major = version.split(separator: ".").first.flatMap({ Int($0) }), (1...2).contains(major) else {
      throw Problem(line: 1, reason: "expected '\(Allocinfo.heading)1.0' or 2.0, found '\(lines[0].prefix(60))'")
    }
    var (figures, total) = ([(AllocationContext, AllocationFigures)](), 0)
    for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
      guard let row = Row(line) else {
        throw Problem(
          line: number + 1, reason: "expected bytes, calls, FILE:LINE and func:NAME, found '\(line.prefix(60))'")
      }
      if !row.isAccurate { inaccurateSites += 1 }
      // Counters of CPUs that are read one after the other can have a negative sum.
      guard row.objects > 0, row.bytes > 0 else { continue }
      guard row.bytes <= Allocinfo.maximumBytes - total else {
        throw Problem(line: number + 1, reason: "expected at most 2^53 bytes in all, found more")
      }
      total += row.bytes
      figures.append(row.figures)
    }
    profile = AllocationProfile(
      source: ProfileSource(name: name, events: 0, microseconds: 0), figures: figures)
  }

  /// One call site: `    6856      3 fs/ext4/super.c:1408 [ext4] func:ext4_alloc_inode accurate:no`.
  private struct Row {
    var bytes = 0
    var objects = 0
    var place: Substring = ""
    var module: Substring?
    var function: Substring = ""
    var isAccurate = true

    init?(_ line: Substring) {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count >= 4, let bytes = Int(words[0]), let objects = Int(words[1]) else { return nil }
      (self.bytes, self.objects, place) = (bytes, objects, words[2])
      guard let colon = place.lastIndex(of: ":"), Int(place[colon...].dropFirst()) != nil else { return nil }
      for word in words[3...] {
        if word.hasPrefix("func:") {
          function = word.dropFirst(5)
        } else if word.hasPrefix("["), word.hasSuffix("]") {
          module = word.dropFirst().dropLast()
        } else if word == "accurate:no" {
          isAccurate = false
        }
      }
      if function.isEmpty { return nil }
    }

    /// Context and figures of the live objects.
    var figures: (AllocationContext, AllocationFigures) {
      let size = max(1, Int((Double(bytes) / Double(objects)).rounded()))
      let context = AllocationContext(
        site: "\(function) \(place)\(module.map { " [\($0)]" } ?? "")", cache: AllocationContext.unknownCache,
        isGeneral: false, requestedBytes: size, allocatedBytes: size)
      var figures = AllocationFigures()
      (figures.allocObjects, figures.allocBytes, figures.requestedBytes) = (objects, bytes, bytes)
      (figures.liveObjects, figures.liveBytes, figures.liveRequestedBytes) = (objects, bytes, bytes)
      return (context, figures)
    }
  }
}

extension Allocinfo {
  /// Reads the running kernel's file.
  /// - Parameter path: Path of the file.
  /// - Throws: `HostReader.Failure` if the kernel has no such file, it may not be read, or it has another form.
  package static func read(from path: String = "/proc/allocinfo") throws(HostReader.Failure) -> Allocinfo {
    let file = KernelFile(path)
    guard let text = file.text() else { throw HostReader.Failure(description: reason(path)) }
    do {
      return try Allocinfo(text, name: "allocinfo")
    } catch {
      throw HostReader.Failure(description: "\(path), \(error)")
    }
  }

  private static func reason(_ path: String) -> String {
    KernelFile.exists(path)
      ? "\(path): permission denied; only root may read it: run it with sudo"
      : "\(path): no such file; boot a kernel built with CONFIG_MEM_ALLOC_PROFILING, with sysctl.vm.mem_profiling=1"
  }
}
