/// Forwarding of packets. A packet arrives in a buffer of the receive ring of one CPU and leaves through the transmit
/// queue of another CPU, which frees it in a batch. Flows start and end, with their routes and connection tracking
/// entries.
struct RouterScenario: TrafficScenario {
  static let name = "router"
  static let summary = "forwarding with remote frees: receive rings, routes, connection tracking"
  static let unit = (rate: "packets", flows: "flows")
  static let defaults = TrafficParameters(rate: 200_000, flows: 512, sizes: .imix, cpus: 4, mtu: 1500, delay: 16)

  /// NAPI_POLL_WEIGHT: maximum number of packets per poll (include/linux/netdevice.h).
  private static let pollWeight = 64
  /// Average number of packets of a flow.
  private static let packetsPerFlow = 400
  /// UDP_CT_UNREPLIED: timeout of a connection tracking entry in microseconds (net/netfilter/nf_conntrack_proto_udp.c).
  private static let trackTimeout: UInt64 = 30_000_000

  private struct Flow: BitwiseCopyable, Sendable {
    var route: UInt32
    var track: UInt32
  }

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var rounder = IntervalRounder()
  private var rings: [ReceiveRing]
  private var heads: [HeadCache]
  /// Packets in the transmit queue of each CPU, due at the completion interrupt.
  private var transmitQueues: [DelayLine<SkBuff>]
  private var flows: [Flow?]
  /// Connection tracking entries of ended flows, due at their timeout.
  private var expiringTracks = DelayLine<UInt32>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    let mtu = parameters.mtu ?? 1500
    self.mtu = mtu
    random = SplitMix64(seed: parameters.seed)
    rings = (0..<parameters.cpus).map { ReceiveRing(mtu: mtu, cpu: $0) }
    heads = (0..<parameters.cpus).map { HeadCache(cpu: $0) }
    transmitQueues = Array(repeating: DelayLine(), count: parameters.cpus)
    flows = Array(repeating: nil, count: parameters.flows)
  }

  /// Polls one CPU: forwards the received packets and frees the sent packets.
  mutating func step(_ stack: inout NetworkStack) {
    let cpu = random.below(parameters.cpus)
    let count = random.uniform(1, RouterScenario.pollWeight / 2)
    let end = stack.time + rounder.wholeMicroseconds(Double(count) * 1e6 / parameters.rate)
    while let due = expiringTracks.nextDue, due <= end, let track = expiringTracks.pop() {
      stack.advance(to: due)
      stack.free(track, .connectionTrack, cpu: Int(track) % parameters.cpus)
    }
    for _ in 0..<count { forward(cpu, &stack) }
    for queue in transmitQueues.indices { completeTransmits(queue, by: end, &stack) }
    stack.advance(to: end)
  }

  /// Frees sent packets. A completion interrupt, some time after the first packet was sent, frees all packets in the
  /// queue.
  private mutating func completeTransmits(_ cpu: Int, by end: UInt64, _ stack: inout NetworkStack) {
    while let due = transmitQueues[cpu].nextDue, due <= end {
      stack.advance(to: due)
      for _ in 0..<RouterScenario.pollWeight {
        guard let packet = transmitQueues[cpu].pop() else { return }
        stack.freeData(packet, cpu: cpu)
        heads[cpu].free(packet.head, &stack)
      }
    }
  }

  private mutating func forward(_ cpu: Int, _ stack: inout NetworkStack) {
    let flow = random.below(flows.count)
    if flows[flow] == nil || random.once(in: RouterScenario.packetsPerFlow) { replaceFlow(flow, cpu, &stack) }
    var remaining = sizes.draw(using: &random)
    while remaining > 0 {
      let packet = receive(min(remaining, mtu), cpu, &stack)
      remaining -= mtu
      // The packet is sent, and later freed, on another CPU if there is one.
      let queue = parameters.cpus == 1 ? 0 : (cpu + 1 + flow % (parameters.cpus - 1)) % parameters.cpus
      transmitQueues[queue].push(packet, due: stack.time + UInt64(parameters.delay ?? 0))
      stack.advance(microseconds: 0.7)
    }
  }

  /// Receives a packet. A short one is copied, so that its buffer stays in the ring.
  private mutating func receive(_ bytes: Int, _ cpu: Int, _ stack: inout NetworkStack) -> SkBuff {
    let head = heads[cpu].allocate(&stack)
    if bytes + SkbLayout.ethernetHeaderBytes <= ReceiveRing.copyBreak - SkbLayout.receivePad {
      let data = stack.allocate(.smallHead, .reserve, cpu: cpu)
      let size = NetworkCache.head.bytes.stride + NetworkCache.smallHead.bytes.stride
      return SkBuff(head: head, data: data, trueSize: size, kind: .smallHead)
    }
    return SkBuff(head: head, data: rings[cpu].removeBuffer(&stack), trueSize: rings[cpu].trueSize, kind: [])
  }

  /// Ends a flow and starts another one. The route is freed after a grace period, the connection tracking entry after
  /// its timeout.
  private mutating func replaceFlow(_ flow: Int, _ cpu: Int, _ stack: inout NetworkStack) {
    if let old = flows[flow] {
      stack.freeAfterGrace(old.route, .route, cpu: cpu)
      expiringTracks.push(old.track, due: stack.time + RouterScenario.trackTimeout)
    }
    flows[flow] = Flow(
      route: stack.allocate(.route, .makeRoute, cpu: cpu), track: stack.allocate(.connectionTrack, .makeTrack, cpu: cpu)
    )
  }
}
