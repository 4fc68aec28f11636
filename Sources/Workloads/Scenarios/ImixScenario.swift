/// Steady traffic. Received packets arrive on random CPUs and wait in socket queues until the reader wakes up. The same
/// number of packets is sent; they are freed in batches on transmit completion. A packet tap clones some of the
/// received packets.
struct ImixScenario: TrafficScenario {
  static let name = "imix"
  static let summary = "steady receive and send of 40, 576 and 1500 byte packets at 7:4:1"
  static let unit = (rate: "packets", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 100_000, flows: 32, sizes: .imix, cpus: 2, mtu: 1500, delay: 200)

  /// NAPI_POLL_WEIGHT: maximum number of packets per poll (include/linux/netdevice.h).
  private static let pollWeight = 64
  /// Average number of received packets per packet that the tap clones.
  private static let packetsPerTap = 64
  /// Number of clones that the tap reads at a time.
  private static let tapBatch = 16
  /// Delay of the transmit completion interrupt after a packet was sent, in microseconds. The interrupt completes all
  /// packets sent until then.
  private static let completionDelay: UInt64 = 120

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  private var queues: [SocketQueue]
  /// Sockets whose reader will wake up.
  private var wakeUps = DelayLine<UInt32>()
  /// Packets in the transmit queue of each CPU.
  private var transmitQueues: [DelayLine<SkBuff>]
  /// Clones that the tap has not read.
  private var tapped = FIFO<SkBuff>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    mtu = parameters.mtu ?? 1500
    random = SplitMix64(seed: parameters.seed)
    queues = Array(repeating: SocketQueue(), count: parameters.flows)
    transmitQueues = Array(repeating: DelayLine(), count: parameters.cpus)
  }

  mutating func step(_ stack: inout NetworkStack) {
    let count = random.uniform(1, 16)
    let end = stack.time + rounder.wholeMicroseconds(Double(count) * 1e6 / parameters.rate)
    let cpu = random.below(parameters.cpus)
    for _ in 0..<(count / 2) { receive(cpu, &stack) }
    for _ in 0..<(count - count / 2) { send(cpu, &stack) }
    for queue in transmitQueues.indices { completeTransmits(queue, by: end, &stack) }
    read(upTo: end, &stack)
    stack.advance(to: end)
  }

  private mutating func receive(_ cpu: Int, _ stack: inout NetworkStack) {
    let socket = random.below(queues.count)
    var remaining = sizes.draw(using: &random)
    while remaining > 0 {
      let packet = stack.allocateReceivedPacket(min(remaining, mtu), cpu: cpu)
      remaining -= mtu
      if random.once(in: ImixScenario.packetsPerTap) {
        tapped.push(stack.clone(packet, cpu: cpu))
        if tapped.count == ImixScenario.tapBatch { while let clone = tapped.pop() { stack.free(clone, cpu: 0) } }
      }
      if queues[socket].isEmpty {
        // The reader wakes up after 50 %, 100 % or 150 % of the delay.
        let delay = (parameters.delay ?? 0) * random.uniform(1, 3) / 2
        wakeUps.push(UInt32(socket), due: stack.time + UInt64(delay))
      }
      if !queues[socket].push(packet) { stack.free(packet, cpu: cpu) }
    }
  }

  private mutating func send(_ cpu: Int, _ stack: inout NetworkStack) {
    var remaining = sizes.draw(using: &random)
    while remaining > 0 {
      let due = stack.time + ImixScenario.completionDelay
      transmitQueues[cpu].push(stack.allocateDatagram(min(remaining, mtu), cpu: cpu), due: due)
      remaining -= mtu
    }
  }

  /// Frees sent packets on the next CPU, to which the completion interrupt of the device is routed.
  private mutating func completeTransmits(_ cpu: Int, by end: UInt64, _ stack: inout NetworkStack) {
    let next = cpu + 1 < parameters.cpus ? cpu + 1 : 0
    while let due = transmitQueues[cpu].nextDue, due <= end {
      stack.advance(to: due)
      for _ in 0..<ImixScenario.pollWeight {
        guard let packet = transmitQueues[cpu].pop() else { break }
        stack.free(packet, .consume, cpu: next)
      }
    }
  }

  /// Wakes up the readers that are due, each of which drains the queue of its socket.
  private mutating func read(upTo end: UInt64, _ stack: inout NetworkStack) {
    while let due = wakeUps.nextDue, due <= end, let socket = wakeUps.pop() {
      stack.advance(to: due)
      let cpu = Int(socket) % parameters.cpus
      while let packet = queues[Int(socket)].pop() { stack.free(packet, cpu: cpu) }
    }
  }
}
