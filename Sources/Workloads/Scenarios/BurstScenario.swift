/// Bursts of datagrams that fill the queues of many sockets. The queues then drain in part: some readers drain a whole
/// queue, more datagrams arrive, and other readers read single packets. The remaining packets keep partial slabs in
/// use: fragmentation.
struct BurstScenario: TrafficScenario {
  static let name = "burst"
  static let summary = "queues of many sockets fill and partly drain at random: fragmentation"
  static let unit = (rate: "packets", flows: "sockets")
  static let defaults = TrafficParameters(
    rate: 250_000, flows: 64, sizes: .imix, cpus: 2, mtu: 1500, delay: 600_000)

  private static let packetsPerSocket = 250

  private enum Phase: Int {
    case fill, drainHalf, refill, readSinglePackets, drainAll
  }

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var queues: [SocketQueue]
  private var phase = Phase.fill
  /// Remaining number of packets, sockets or reads in the phase.
  private var remaining: Int

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    mtu = parameters.mtu ?? 1500
    random = SplitMix64(seed: parameters.seed)
    // The sockets set SO_RCVBUFFORCE to a large value, so that no packet is dropped.
    queues = Array(repeating: SocketQueue(limit: .max), count: parameters.flows)
    remaining = parameters.flows * BurstScenario.packetsPerSocket
  }

  mutating func step(_ stack: inout NetworkStack) {
    guard remaining > 0 else { return begin(Phase(rawValue: phase.rawValue + 1) ?? .fill, &stack) }
    remaining -= 1
    switch phase {
    case .fill, .refill: receiveDatagram(&stack)
    case .drainHalf: drainQueue(random.below(queues.count), &stack)
    case .readSinglePackets: readPacket(random.below(queues.count), &stack)
    case .drainAll: drainQueue(remaining, &stack)
    }
  }

  /// Begins a phase after a pause.
  private mutating func begin(_ next: Phase, _ stack: inout NetworkStack) {
    let pause = UInt64(parameters.delay ?? 0)
    stack.advance(to: stack.time + (next == .fill ? pause / 2 : pause))
    phase = next
    let packets = parameters.flows * BurstScenario.packetsPerSocket
    switch next {
    case .fill: remaining = packets
    case .drainHalf: remaining = (parameters.flows + 1) / 2
    case .refill: remaining = packets / 2
    case .readSinglePackets: remaining = packets / 4
    case .drainAll: remaining = parameters.flows
    }
  }

  /// Adds a datagram, fragmented to the MTU, to the queue of a random socket.
  private mutating func receiveDatagram(_ stack: inout NetworkStack) {
    stack.advance(microseconds: 1e6 / parameters.rate)
    let socket = random.below(queues.count)
    var bytes = sizes.draw(using: &random)
    while bytes > 0 {
      let packet = stack.allocateDatagram(min(bytes, mtu), cpu: 0)
      bytes -= mtu
      // The queue has no limit, so that the push cannot fail.
      _ = queues[socket].push(packet)
    }
  }

  private mutating func drainQueue(_ socket: Int, _ stack: inout NetworkStack) {
    while !queues[socket].isEmpty { readPacket(socket, &stack) }
  }

  private mutating func readPacket(_ socket: Int, _ stack: inout NetworkStack) {
    guard let packet = queues[socket].pop() else { return }
    stack.advance(microseconds: 0.7)
    stack.free(packet, cpu: parameters.cpus - 1)
  }
}
