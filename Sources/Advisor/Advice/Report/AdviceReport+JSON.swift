import FoundationEssentials
import Profiles
import Recordings
import TextOutput
import Workloads

extension AdviceReport: Encodable {
  /// The report as JSON: keys in snake_case, sorted.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return EscapedText.json(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
  }

  /// Encodes the report. The encoder must convert keys to snake_case, as ``json()`` does.
  package func encode(to encoder: any Encoder) throws { try Document(self).encode(to: encoder) }

  private struct Document: Encodable {
    struct Class: Encodable {
      var size, order, objects, requestedBytes, heldBytes: Int

      init(_ one: ClassOptimizer.Class) {
        (size, order, objects) = (one.size, one.order, Int(one.objects.rounded()))
        (requestedBytes, heldBytes) = (Int(one.requestedBytes), Int(one.slabBytes))
      }
    }
    struct Curve: Encodable {
      var classes, heldBytes, meanBytes: Int
      var roundingWasteShare: Double
    }
    /// Change of slab memory against the base policy, replayed.
    struct Gain: Encodable {
      var meanBytes, meanChangeBytes, peakBytes, peakChangeBytes: Int
      var meanChangeShare, peakChangeShare: Double

      init(_ change: SizeAndOrderGains.Change) {
        (meanBytes, meanChangeBytes, meanChangeShare) = (change.meanBytes, change.meanChange, change.meanShare)
        (peakBytes, peakChangeBytes, peakChangeShare) = (change.peakBytes, change.peakChange, change.peakShare)
      }
    }
    struct Gains: Encodable {
      var sizes, orders, both: Gain

      init(_ gains: SizeAndOrderGains) {
        (sizes, orders, both) = (Gain(gains.sizes), Gain(gains.orders), Gain(gains.both))
      }
    }
    struct Replayed: Encodable {
      /// Number of events that were replayed under the base and the advised policy: all.
      var events: Int
      /// Events that were replayed under all other policies.
      var compared: ReplayedEvents
    }
    /// Part of the traffic that the advice takes into account.
    struct Coverage: Encodable {
      var allocations, generalAllocations, allocatedBytes, generalAllocatedBytes: Int
      var generalAllocationsShare, generalBytesShare, unseenFreesShare: Double
      var unseenFrees, liveAtEnd, unknownSizes: Int
      var lostEvents: Int?

      init(_ coverage: TrafficCoverage) {
        (allocations, generalAllocations) = (coverage.allocations, coverage.generalAllocations)
        (allocatedBytes, generalAllocatedBytes) = (coverage.allocatedBytes, coverage.generalAllocatedBytes)
        (generalAllocationsShare, generalBytesShare) = (coverage.generalShare, coverage.generalBytesShare)
        (unseenFrees, unseenFreesShare) = (coverage.unseenFrees, coverage.unseenFreesShare)
        (liveAtEnd, unknownSizes, lostEvents) = (coverage.liveAtEnd, coverage.unknownSizes, coverage.lostEvents)
      }
    }
    struct Standing: Encodable {
      var name: String
      var classesUsed: Int
      var roundingWasteShare: Double
      var replayedPeakBytes, replayedMeanBytes: Int
    }
    struct Site: Encodable {
      var callSite: String
      var allocations, requestedBytes, allocatedBytes, smallest, largest, frees, pingPong: Int
      var peakLive: Int?
      var fragmentation: Double
      /// Microseconds; events if the clock's rate is unknown. nil if no free was recorded.
      var meanLifetimeUs: Double?
      var isConstant: Bool
      var lostPerObject, savedBytes, costBytes: Int
      var verdict, reason: String
      var couldShare: String?
    }
    /// Allocations of any kind by call site, as `perf kmem stat --caller` counts them.
    struct Caller: Encodable {
      var callSite: String
      var hits, requestedBytes, allocatedBytes, pingPong: Int
      var fragmentation: Double
    }
    /// Known bytes in use of skb data, and the classes that fit them.
    struct SkbData: Encodable {
      struct KernelClass: Encodable {
        var size, objects, meanUsedBytes: Int
        var isGeneral: Bool
      }
      struct Replay: Encodable {
        var baseMeanBytes, meanBytes, basePressedMeanBytes, pressedMeanBytes: Int
        var ratio, pressedRatio: Double
        /// Replays that tell the effect of the size from that of the page order.
        var variants: [Variant]
      }
      struct Variant: Encodable {
        var size, order, meanBytes: Int
        var hasAdvisedClasses: Bool
        var ratio, peakRatio, allCachesRatio: Double
      }
      struct Order: Encodable { var order, kernelObjects, advisedObjects: Int }
      var knownObjects, unknownObjects: Int
      var knownShare: Double?
      var kernelClasses: [KernelClass] = []
      var classes: [Class] = []
      var mainKernelClass, mainAdvisedClass, lowestUsefulOrder: Int?
      var orders: [Order] = []
      /// Mean slab memory of all requests by size, on an empty machine, with the classes beside the base policy's own.
      var replay: Replay?

      /// Returns nil if the kernel rounded no request up before it allocated.
      init?(_ advice: Advice) {
        let data = advice.skbDataDemand
        guard let share = data.knownShare else { return nil }
        (knownObjects, unknownObjects, knownShare) = (data.knownObjects, data.unknownObjects, share)
        guard let found = advice.skbData else { return }
        kernelClasses = found.kernelClasses.map {
          KernelClass(
            size: $0.size, objects: $0.objects, meanUsedBytes: Int($0.meanUsedBytes.rounded()), isGeneral: $0.isGeneral)
        }
        classes = found.classes.map(Class.init)
        (mainKernelClass, mainAdvisedClass) = (found.main?.kernel, found.main?.advised)
        replay = advice.proof?.skbData.map { replay in
          Replay(
            baseMeanBytes: replay.before.meanGeneralBytes, meanBytes: replay.after.meanGeneralBytes,
            basePressedMeanBytes: replay.pressed.before.meanGeneralBytes,
            pressedMeanBytes: replay.pressed.after.meanGeneralBytes, ratio: replay.ratio,
            pressedRatio: replay.pressedRatio,
            variants: replay.variants.map {
              Variant(
                size: $0.size, order: $0.order, meanBytes: $0.replay.meanGeneralBytes,
                hasAdvisedClasses: $0.hasAdvisedClasses, ratio: SkbDataReplay.ratio($0.replay, to: replay.before),
                peakRatio: SkbDataReplay.peakRatio($0.replay, to: replay.before),
                allCachesRatio: SkbDataReplay.totalRatio($0.replay, to: replay.before))
            })
        }
        lowestUsefulOrder = found.lowestUsefulOrder
        orders = found.orders.map {
          Order(order: $0.order, kernelObjects: $0.kernelObjects, advisedObjects: $0.advisedObjects)
        }
      }
    }
    struct HeldOut: Encodable {
      var classes: [Int]
      var roundingWasteShare, linuxRoundingWasteShare, reduction, distance: Double
      var isUnlike: Bool
    }
    struct Bound: Encodable {
      var bound: Double?
      var peakBytes, meanBytes: Int
      var refillsPer1000Allocations: Double
      var contentions: Int
    }
    struct Group: Encodable {
      var holder: String
      var sharers: [String]
    }
    /// An own cache for a call site, replayed on the engine.
    struct OwnCache: Encodable {
      var site, name: String
      var bytes: Int
      var allocationsPerSecond: Double?
      var meanBytesChange, peakBytesChange: Int
      var generalNsPerPair, ownNsPerPair: Double
      var savedNsPerSecond: Double?
      var verdict: String
    }
    struct OwnCaches: Encodable {
      var policy: String
      var proposals: [OwnCache]
      var meanBytesChangeTogether: Int?

      init(_ advice: OwnCacheAdvice) {
        policy = advice.policy.name
        proposals = advice.proposals.map {
          OwnCache(
            site: $0.cache.site, name: $0.cache.name, bytes: $0.bytes, allocationsPerSecond: $0.allocationsPerSecond,
            meanBytesChange: $0.meanChange, peakBytesChange: $0.peakChange, generalNsPerPair: $0.generalNanoseconds,
            ownNsPerPair: $0.ownNanoseconds, savedNsPerSecond: $0.savedNanosecondsPerSecond,
            verdict: $0.verdict.rawValue)
        }
        meanBytesChangeTogether = advice.meanChangeTogether
      }
    }
    struct Alignment: Encodable { var alignment, heldBytes: Int }
    struct Fare: Encodable {
      var name: String
      var ratio: Double
    }
    struct Joint: Encodable {
      var fares: [Fare]
      var classesForWorst: [Int]
      var faresOfThose: [Fare]
    }

    var name, objective, basePolicy, verdict: String
    var recommendsChange: Bool
    var events, requests, distinctSizes, requestedPeakBytes: Int
    var classes: [Class]
    var skbData: SkbData?
    var predictedPeakBytes, replayedPeakBytes, baseReplayedPeakBytes: Int?
    var savedBytes, modelledBytes, baseModelledBytes: Int
    /// Events that were replayed under the base and the advised policy, and those under other policies; nil for a profile.
    var replayed: Replayed?
    var roundingWasteShare, linuxRoundingWasteShare: Double
    var pareto: [Curve]
    var knee: Int
    var gains: Gains?
    var coverage: Coverage
    var standingSets: [Standing]?
    var holdout: HeldOut?
    var holdoutProblem: String?
    var derivedFrom: String?
    var alignments: [Alignment]
    var callSites: [Site]
    var callers: [Caller]
    var ownCaches: OwnCaches?
    var sharing: [Bound]?
    var sharingGroups: [Group]?
    var joint: Joint?

    init(_ report: AdviceReport) {
      let (advice, demand, proof) = (report.advice, report.advice.demand, report.advice.proof)
      (name, objective, basePolicy) = (demand.name, advice.options.objective.rawValue, advice.options.base.name)
      (verdict, recommendsChange) = (advice.verdict, !advice.isSavingNegligible)
      (events, requests) = (demand.events, demand.requestCount)
      (distinctSizes, requestedPeakBytes) = (demand.sizes.count, demand.peakBytes)
      classes = advice.classes.map(Class.init)
      skbData = SkbData(advice)
      (predictedPeakBytes, replayedPeakBytes) = (proof?.predictedPeakBytes, proof?.after.peakBytes)
      (baseReplayedPeakBytes, savedBytes) = (proof?.before.peakBytes, advice.savedBytes)
      (modelledBytes, baseModelledBytes) = (advice.model.advised, advice.model.base)
      replayed = proof.map { Replayed(events: demand.events, compared: $0.compared) }
      (roundingWasteShare, linuxRoundingWasteShare) = (advice.roundingShare, advice.linuxRoundingShare)
      pareto = advice.curve.points.map {
        Curve(
          classes: $0.classes.count, heldBytes: Int($0.slabBytesWithOverhead), meanBytes: Int($0.meanSlabBytes),
          roundingWasteShare: $0.roundingShare)
      }
      knee = advice.curve.knee
      gains = proof.map { Gains($0.gains) }
      coverage = Coverage(advice.coverage)
      standingSets = proof?.references.map {
        Standing(
          name: $0.set.name, classesUsed: $0.classesUsed, roundingWasteShare: $0.roundingShare,
          replayedPeakBytes: $0.replay.peakBytes, replayedMeanBytes: $0.replay.meanBytes)
      }
      holdout = report.holdout.map {
        HeldOut(
          classes: $0.classes, roundingWasteShare: $0.roundingShare, linuxRoundingWasteShare: $0.linuxRoundingShare,
          reduction: $0.reduction, distance: $0.distance, isUnlike: $0.isUnlike)
      }
      (holdoutProblem, derivedFrom) = (report.holdoutProblem, report.derivedFrom)
      alignments = report.alignments.map { Alignment(alignment: $0.alignment, heldBytes: Int($0.slabBytes)) }
      callSites = advice.callSites.map(Document.site)
      callers = Document.callers(advice.profile)
      ownCaches = report.ownCaches.map(OwnCaches.init)
      sharing = report.sharing?.bounds.map {
        Bound(
          bound: $0.bound, peakBytes: $0.replay.peakBytes, meanBytes: $0.replay.meanBytes,
          refillsPer1000Allocations: $0.replay.refillsPerThousand, contentions: $0.replay.contentions)
      }
      sharingGroups = report.sharing?.groups.map { Group(holder: $0.holder, sharers: $0.sharers) }
      joint = report.joint.map { joint in
        Joint(
          fares: joint.sumRatios.map { Fare(name: $0.name, ratio: $0.ratio) },
          classesForWorst: joint.forWorst.map(\.size),
          faresOfThose: joint.worstRatios.map { Fare(name: $0.name, ratio: $0.ratio) })
      }
    }

    private static func callers(_ profile: AllocationProfile) -> [Caller] {
      profile.rows(by: .site) { !AllocatorCallSites.contains($0.site) }.map { row in
        Caller(
          callSite: row.site ?? "", hits: row.figures.allocObjects, requestedBytes: row.figures.requestedBytes,
          allocatedBytes: row.figures.allocBytes, pingPong: row.figures.remoteFrees,
          fragmentation: row.figures.fragmentation)
      }.sorted { ($1.requestedBytes, $0.callSite) < ($0.requestedBytes, $1.callSite) }
    }

    private static func site(_ advice: CallSiteAdvice) -> Site {
      let (site, figures) = (advice.site, advice.site.figures)
      return Site(
        callSite: site.name, allocations: figures.allocObjects, requestedBytes: figures.requestedBytes,
        allocatedBytes: figures.allocBytes, smallest: site.smallest, largest: site.largest, frees: figures.freeObjects,
        pingPong: figures.remoteFrees, peakLive: figures.peakLiveObjects, fragmentation: figures.fragmentation,
        meanLifetimeUs: site.meanLifetime, isConstant: site.isConstant, lostPerObject: advice.lostPerObject,
        savedBytes: advice.savedBytes, costBytes: advice.costBytes, verdict: advice.verdict.rawValue,
        reason: advice.reason, couldShare: advice.sharableCache)
    }
  }
}
