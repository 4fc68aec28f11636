import Foundation

/// What one child process measured of one contender on one recording.
struct Measurement: Codable {
  var operations: Int
  var nanosecondsPerOperation: Double
  /// Growth of the resident set over the first pass.
  var peakBytes: Int
  /// Depends on every object's content; equal for all contenders that did the work.
  var checksum: UInt64

  /// Replays a stream: one pass that meets cold memory and is measured for memory, then timed passes, of which the
  /// median counts.
  init<Allocator: Contender>(of allocator: Allocator.Type, replaying stream: OperationStream, passes: Int) throws {
    let replay = try Replay<Allocator>(stream)
    let clock = ContinuousClock()
    try ResidentMemory.resetPeak()
    let before = try ResidentMemory.bytes("VmRSS")
    checksum = replay.pass()
    peakBytes = max(0, try ResidentMemory.bytes("VmHWM") - before)
    var times: [Double] = []
    for _ in 0..<passes {
      let start = clock.now
      checksum &+= replay.pass()
      times.append(Double(start.duration(to: clock.now) / .nanoseconds(1)))
    }
    operations = stream.operations.count
    nanosecondsPerOperation = times.sorted()[times.count / 2] / Double(max(operations, 1))
  }
}
