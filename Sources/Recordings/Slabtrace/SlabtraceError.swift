/// Error of reading a .slabtrace file. `description` is meant to follow the name of the file.
package enum SlabtraceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is empty.
  case empty
  /// The file cannot be opened or mapped.
  case unreadable
  /// The first bytes are not those of a .slabtrace file.
  case notARecording
  /// The file was written by a later version of slabscope.
  case laterVersion(UInt64)
  /// The block at an offset violates the format. The blocks after it cannot be read.
  case damaged(offset: Int, expected: String)
  /// The file ends before its first complete block of events.
  case noEvents

  /// Problem and remedy, in one line.
  package var description: String {
    switch self {
    case .empty: "is empty; expected a .slabtrace recording (make one: `slabscope import trace.txt -o x.slabtrace`)"
    case .unreadable: "cannot be read; check that it is a regular file and that you have permission to read it"
    case .notARecording:
      "is not a .slabtrace recording; make one from the text of a trace: `slabscope import trace.txt -o x.slabtrace`"
    case .laterVersion(let version):
      "has version \(version) of the .slabtrace format, and this slabscope reads versions up to \(Slabtrace.version); "
        + "use a later slabscope"
    case .damaged(let offset, let expected):
      "is damaged at byte \(offset): expected \(expected); copy or record it again"
    case .noEvents: "ends before its first complete block of events; copy or record it again"
    }
  }
}
