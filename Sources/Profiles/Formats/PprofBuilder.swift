import ProfileProto
import SwiftProtobuf
import TextOutput

/// Builder of a pprof profile. Each context is a sample of four values.
///
/// A location is a call site: its function has no offset, so that readers add up all call sites of a function, and its line number is the
/// offset in bytes, so that readers tell the call sites apart if they are asked to (`pprof -top -lines`). The kernel and its modules
/// are the mappings.
struct PprofBuilder {
  private var profile = PprofProfile()
  private var strings: [String: Int64] = [:]
  private var locations: [String: UInt64] = [:]
  private var functions: [CallSiteName: UInt64] = [:]
  private var mappings: [String: UInt64] = [:]

  /// Name of the mapping of functions that are in no module.
  private static let kernel = "[kernel]"

  /// Creates a profile without samples.
  init(_ sources: [ProfileSource]) {
    // The first text of the table is empty.
    _ = string("")
    for (type, unit) in [
      ("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes"),
    ] {
      var valueType = PprofValueType()
      (valueType.type, valueType.unit) = (string(type), string(unit))
      profile.sampleType.append(valueType)
    }
    profile.defaultSampleType = string("inuse_space")
    profile.comment = sources.map { string($0.name) }
    // The mapping of the kernel comes first, which readers take for the main program.
    _ = mapping(PprofBuilder.kernel)
    if sources.count == 1, let beganAt = sources[0].beganAt {
      profile.timeNanos = PprofBuilder.nanoseconds(beganAt * 1e9)
    }
    profile.durationNanos = PprofBuilder.nanoseconds(sources.reduce(0) { $0 + Double($1.microseconds) } * 1000)
  }

  /// Adds the sample of a context.
  mutating func add(_ row: ProfileRow) {
    var sample = PprofSample()
    let stack = row.stack ?? []
    sample.locationID = (stack.isEmpty ? [row.site ?? "?"] : stack).map { location($0) }
    let figures = row.figures
    sample.value = [figures.allocObjects, figures.allocBytes, figures.liveObjects, figures.liveBytes].map(Int64.init)
    if let cache = row.cache {
      var label = PprofLabel()
      (label.key, label.str) = (string("cache"), string(cache))
      sample.label.append(label)
    }
    for (key, bytes) in [
      ("requested_bytes", row.requestedBytes), ("allocated_bytes", row.allocatedBytes), ("used_bytes", row.usedBytes),
    ] {
      guard let bytes else { continue }
      var label = PprofLabel()
      (label.key, label.num, label.numUnit) = (string(key), Int64(bytes), string("bytes"))
      sample.label.append(label)
    }
    profile.sample.append(sample)
  }

  /// The profile, compressed with gzip.
  var contents: [UInt8] {
    guard let bytes: [UInt8] = try? profile.serializedBytes() else {
      preconditionFailure("the messages have no required fields")
    }
    return Gzip.compressed(bytes)
  }

  private mutating func string(_ text: String) -> Int64 {
    if let index = strings[text] { return index }
    let index = Int64(profile.stringTable.count)
    strings[text] = index
    profile.stringTable.append(EscapedText.line(text))
    return index
  }

  private mutating func location(_ site: String) -> UInt64 {
    if let id = locations[site] { return id }
    let name = CallSiteName(site)
    var (location, line) = (PprofLocation(), PprofLine())
    location.id = UInt64(profile.location.count + 1)
    location.mappingID = mapping(name.module.map { "[\($0)]" } ?? PprofBuilder.kernel)
    location.address = name.address ?? 0
    (line.functionID, line.line) = (function(name), Int64(name.offset ?? 0))
    location.line = [line]
    profile.location.append(location)
    locations[site] = location.id
    return location.id
  }

  private mutating func function(_ name: CallSiteName) -> UInt64 {
    var key = name
    key.offset = nil
    if let id = functions[key] { return id }
    var function = PprofFunction()
    function.id = UInt64(profile.function.count + 1)
    function.name = string(name.function)
    function.systemName = function.name
    profile.function.append(function)
    functions[key] = function.id
    return function.id
  }

  private mutating func mapping(_ name: String) -> UInt64 {
    if let id = mappings[name] { return id }
    var mapping = PprofMapping()
    mapping.id = UInt64(profile.mapping.count + 1)
    (mapping.filename, mapping.hasFunctions_p) = (string(name), true)
    profile.mapping.append(mapping)
    mappings[name] = mapping.id
    return mapping.id
  }

  private static func nanoseconds(_ value: Double) -> Int64 { Int64(exactly: value.rounded()) ?? 0 }
}
