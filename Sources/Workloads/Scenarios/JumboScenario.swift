/// Frames of 9000 bytes over loopback, without segmentation offload: datagrams in objects of order-2 pages and more,
/// and TCP segments that are segmented in software, received frame by frame and acknowledged.
struct JumboScenario: TrafficScenario {
  static let name = "jumbo"
  static let summary = "MTU 9000 without offload: datagrams in 16 KiB objects, TCP segmented in software"
  static let unit = (rate: "datagrams and segments", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 25_000, flows: 16, sizes: PacketMix(8900...8928), cpus: 2, mtu: 9000, delay: 9)

  /// Average number of datagrams per TCP segment.
  private static let datagramsPerSegment = 4
  /// Number of acknowledgements per TCP segment.
  private static let acknowledgementsPerSegment = 2

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  private var queue = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? PacketMix(8900...8928)
    mtu = parameters.mtu ?? 9000
    random = SplitMix64(seed: parameters.seed)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let now = stack.time
    let flow = random.below(parameters.flows)
    let sender = flow % parameters.cpus
    let reader = random.once(in: 8) ? (sender + 1) % parameters.cpus : sender
    if random.below(JumboScenario.datagramsPerSegment + 1) > 0 {
      exchangeDatagram(sender, reader, &stack)
    } else {
      exchangeSegment(sender, reader, &stack)
    }
    stack.advance(to: now + rounder.wholeMicroseconds(random.gap(rate: parameters.rate)))
  }

  /// Sends a datagram, fragmented to the MTU, and reads it.
  private mutating func exchangeDatagram(_ sender: Int, _ reader: Int, _ stack: inout NetworkStack) {
    var remaining = sizes.draw(using: &random)
    while remaining > 0 {
      queue.push(stack.allocateDatagram(min(remaining, mtu), cpu: sender))
      remaining -= mtu
    }
    stack.advance(microseconds: Double((parameters.delay ?? 0) * random.uniform(1, 8)) / 4)
    while let datagram = queue.pop() { stack.free(datagram, cpu: reader) }
  }

  /// Sends a TCP segment of up to 64 KiB as frames, which the receiver coalesces, and acknowledges it.
  private mutating func exchangeSegment(_ sender: Int, _ reader: Int, _ stack: inout NetworkStack) {
    let segment = stack.allocateSegment(cpu: sender)
    let payload = SkbLayout.largestSegment / random.uniform(1, 4)
    let frames = (payload + mtu - 1) / mtu
    for _ in 0..<frames {
      queue.push(stack.allocateControlPacket(cpu: sender))
      stack.advance(microseconds: 2)
    }
    stack.advance(microseconds: Double(random.uniform(4, 12)))
    while let frame = queue.pop() {
      stack.free(frame, .coalesce, cpu: reader)
      stack.advance(microseconds: 1)
    }
    for _ in 0..<JumboScenario.acknowledgementsPerSegment { TCPConnection.acknowledge(&stack, cpu: reader) }
    stack.advance(microseconds: Double(random.uniform(20, 60)))
    stack.free(segment, .acknowledge, cpu: sender)
  }
}
