/// Numbers of passes of a measurement.
package struct Passes {
  /// Passes before the timed ones, so that caches, magazines and page orders have settled.
  package var warm: Int
  package var timed: Int

  package init(warm: Int, timed: Int) { (self.warm, self.timed) = (warm, timed) }
}

/// ContenderMeasurement of a contender on a case by one child process.
package struct ContenderMeasurement {
  package var operations: Int
  /// 0 if memory was measured instead.
  package var nanosecondsPerOperation = 0.0
  /// Largest growth of anonymous resident memory in the first pass, in bytes; 0 if time was measured instead.
  package var grownBytes = 0
  /// Sum over the contents of all objects; equal for all contenders.
  package var checksum: UInt64 = 0
  /// Additional figures of the contender, as `key=value` words.
  package var remarks: [String: Double] = [:]

  /// Number of moments, spread evenly over the first pass, at which resident memory is read, besides the stream's own peak.
  private static let memorySamples = 128

  /// Measures the time and, if the contender is the engine, the free memory of a replay.
  static func timing(_ stream: OperationFile, on allocator: some Contender, _ passes: Passes) throws
    -> ContenderMeasurement
  {
    let replay = try Replay(stream, allocator)
    let checksum = replay.pass()
    var measurement = ContenderMeasurement(timing: passes) {
      _ = replay.pass()
      return stream.operations.count
    }
    measurement.checksum = checksum
    measurement.remarks = ContenderMeasurement.words(replay.remarks)
    measurement.remarks["recorded_ns"] = stream.nanoseconds
    // Free bytes are sampled in a separate pass, because sampling takes time.
    var (freeBytes, moments) = (0.0, 0.0)
    _ = replay.pass { _ in
      freeBytes += ContenderMeasurement.words(replay.remarks)["free_slab_bytes"] ?? 0
      moments += 1
    }
    measurement.remarks["mean_free_slab_bytes"] = moments > 0 ? freeBytes / moments : nil
    return measurement
  }

  /// Measures the memory of a replay: one pass on cold memory, without timing.
  ///
  /// The growth counts from the moment at which the allocator exists, since a malloc's own start-up precedes `main`.
  static func memory(
    _ stream: OperationFile, on makeAllocator: @autoclosure () throws -> some Contender
  ) throws -> ContenderMeasurement {
    let (count, samples) = (stream.operations.count, ContenderMeasurement.memorySamples)
    let stops = ((1..<samples).map { count * $0 / samples } + [stream.peak]).sorted()
    let beforeCreation = try ResidentMemory.anonymousBytes()
    let replay = try Replay(stream, makeAllocator())
    let before = try ResidentMemory.anonymousBytes()
    var most = before
    let checksum = replay.pass(stops: stops) { _ in
      most = max(most, (try? ResidentMemory.anonymousBytes()) ?? .max)
    }
    guard most < .max else { throw BenchmarkError("/proc/self/smaps_rollup can't be read") }
    var measurement = ContenderMeasurement(operations: count, grownBytes: most - before, checksum: checksum)
    measurement.remarks = ContenderMeasurement.words(replay.remarks)
    // Without the slots of the replay itself.
    measurement.remarks["creation_bytes"] = Double(before - beforeCreation - stream.slots * 8)
    return measurement
  }

  private init(operations: Int, grownBytes: Int, checksum: UInt64) {
    (self.operations, self.grownBytes, self.checksum) = (operations, grownBytes, checksum)
  }

  /// Samples the engine at the moment at which the stream has most live bytes, in a first pass.
  static func breakdown(_ stream: OperationFile, on allocator: some Contender) throws -> ContenderMeasurement {
    let replay = try Replay(stream, allocator)
    var words: [String: Double] = [:]
    let checksum = replay.pass(stops: [stream.peak]) { next in
      if next == stream.peak { words = ContenderMeasurement.words(replay.remarks) }
    }
    var measurement = ContenderMeasurement(operations: stream.operations.count, grownBytes: 0, checksum: checksum)
    measurement.remarks = words
    measurement.remarks["requested_bytes"] = Double(stream.peakBytes)
    return measurement
  }

  /// Measures the median time of the timed passes. `pass` returns its number of operations.
  init(timing passes: Passes, _ pass: () -> Int) {
    operations = 0
    for _ in 0..<passes.warm { operations = pass() }
    var times: [Double] = []
    for _ in 0..<passes.timed {
      let start = ContinuousClock.now
      operations = pass()
      times.append(Double(start.duration(to: .now) / .nanoseconds(1)))
    }
    nanosecondsPerOperation = times.sorted()[times.count / 2] / Double(max(operations, 1))
  }

  // MARK: Encoding as a line, from child to parent

  var line: String {
    let words = remarks.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return "\(operations) \(nanosecondsPerOperation) \(grownBytes) \(checksum) \(words)"
  }

  package init?(line: String) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count >= 4, let operations = Int(words[0]), let time = Double(words[1]), let grown = Int(words[2]),
      let checksum = UInt64(words[3])
    else { return nil }
    self.operations = operations
    nanosecondsPerOperation = time
    grownBytes = grown
    self.checksum = checksum
    remarks = ContenderMeasurement.words(words[4...].joined(separator: " "))
  }

  private static func words(_ text: String) -> [String: Double] {
    var words: [String: Double] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=")
      if parts.count == 2 { words[String(parts[0])] = Double(parts[1]) }
    }
    return words
  }
}
