/// TCP streams at full speed with segmentation offload. Each segment has one head and up to 64 KiB of payload in page
/// fragments. The receiver acknowledges one or more segments at a time, and the sender frees the acknowledged segments.
struct BulkScenario: TrafficScenario {
  static let name = "bulk"
  static let summary = "TCP streams with GSO: heads and acknowledgements, payload in page fragments"
  static let unit = (rate: "segments", flows: "streams")
  static let defaults = TrafficParameters(rate: 36_000, flows: 1, cpus: 2, delay: 40)

  private struct Acknowledgement: BitwiseCopyable, Sendable {
    var packet: SkBuff
    var stream: UInt32
    /// Number of acknowledged segments.
    var segments: UInt32
  }

  private let parameters: TrafficParameters
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  /// Segments of each stream that have not been acknowledged.
  private var unacknowledged: [FIFO<SkBuff>]
  /// Number of segments of each stream that have been received but not acknowledged.
  private var received: [UInt32]
  /// Stream of each segment on its way to the receiver.
  private var segmentsInFlight = DelayLine<UInt32>()
  private var acknowledgementsInFlight = DelayLine<Acknowledgement>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    random = SplitMix64(seed: parameters.seed)
    unacknowledged = Array(repeating: FIFO(), count: parameters.flows)
    received = Array(repeating: 0, count: parameters.flows)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let end = stack.time + rounder.wholeMicroseconds(2e6 / parameters.rate * Double(random.uniform(50, 150)) / 100)
    // Segments leave in pairs, as many as the window admits.
    for _ in 0..<2 {
      let stream = random.below(unacknowledged.count)
      unacknowledged[stream].push(stack.allocateSegment(cpu: stream % parameters.cpus))
      let delay = (parameters.delay ?? 0) * random.uniform(2, 6) / 4
      segmentsInFlight.push(UInt32(stream), due: stack.time + UInt64(delay))
    }
    deliverPackets(upTo: end, &stack)
    stack.advance(to: end)
  }

  /// Delivers segments to receivers and acknowledgements to senders, in order of time.
  private mutating func deliverPackets(upTo end: UInt64, _ stack: inout NetworkStack) {
    while true {
      let (segment, acknowledgement) = (segmentsInFlight.nextDue ?? .max, acknowledgementsInFlight.nextDue ?? .max)
      guard min(segment, acknowledgement) <= end else { return }
      stack.advance(to: min(segment, acknowledgement))
      if segment <= acknowledgement { receiveSegment(&stack) } else { receiveAcknowledgement(&stack) }
    }
  }

  private mutating func receiveSegment(_ stack: inout NetworkStack) {
    guard let stream = segmentsInFlight.pop() else { return }
    received[Int(stream)] += 1
    // A receiver that has already read the data acknowledges immediately; otherwise it waits for a second segment.
    guard received[Int(stream)] > 1 || random.once(in: 3) else { return }
    let packet = stack.allocateControlPacket(cpu: (Int(stream) + 1) % parameters.cpus)
    let acknowledgement = Acknowledgement(packet: packet, stream: stream, segments: received[Int(stream)])
    received[Int(stream)] = 0
    let delay = random.once(in: 4) ? random.uniform(20, 60) : random.uniform(3, 14)
    acknowledgementsInFlight.push(acknowledgement, due: stack.time + UInt64(delay))
  }

  private mutating func receiveAcknowledgement(_ stack: inout NetworkStack) {
    guard let acknowledgement = acknowledgementsInFlight.pop() else { return }
    let sender = Int(acknowledgement.stream) % parameters.cpus
    // The sending process handles it (socket backlog) or, if that does not own the socket, the softirq of the receiving
    // CPU.
    let cpu = random.below(8) < 5 ? sender : (sender + 1) % parameters.cpus
    stack.free(acknowledgement.packet, .receiveState, cpu: cpu)
    for _ in 0..<acknowledgement.segments {
      if let segment = unacknowledged[Int(acknowledgement.stream)].pop() { stack.free(segment, .acknowledge, cpu: cpu) }
    }
  }
}
