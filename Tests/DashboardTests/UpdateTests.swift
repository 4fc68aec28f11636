import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct UpdateTests {
  @Test func keysRequestTheirEffects() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let asked: [(Key, [DashboardEffect])] = [
      (.character("2"), [.switchWorkload(1)]), (.character("9"), []), (.character(" "), [.setPaused(true)]),
      (.character("+"), [.changeSpeed(1)]), (.character("-"), [.changeSpeed(-1)]), (.character("y"), [.nextTheme]),
      (.control("l"), [.redraw]), (.character("Z"), []), (.character("C"), [.nextComparedPolicy]), (.function(9), []),
      (.character("q"), [.quit]),
      (.function(10), [.quit]),
    ]
    for (key, effects) in asked { #expect(state.update(.input(.key(key))) == effects, "\(key)") }
    #expect(state.update(.input(.terminate(signal: 15))) == [.quit])
    #expect(state.update(.input(.resumed(Size(width: 80, height: 24)))) == [.redraw])
    #expect(state.size == Size(width: 80, height: 24))
  }

  @Test func workloadIsPickedByTypedText() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    #expect(press(&state, .character("w"), .character("b"), .character("u"), .enter) == [.switchWorkload(2)])
    #expect(press(&state, .character("w"), .down, .up, .down, .enter) == [.switchWorkload(1)])
    #expect(press(&state, .character("w"), .character("~"), .enter).isEmpty && state.mode == .browsing)
    #expect(press(&state, .character("w"), .character("i"), .escape).isEmpty && state.mode == .browsing)
    // A workload without the text in its name is found by its summary.
    #expect(PickerPanel.matches("queues fill", among: state.status.workloads) == [0, 2])
    #expect(PickerPanel.matches("", among: state.status.workloads) == [0, 1, 2])
  }

  @Test func commandIsFoundByItsDescription() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    #expect(
      press(&state, [.character(":")] + Array("pause").map { Key.character($0) } + [.enter]) == [.setPaused(true)])
    #expect(press(&state, [.character(":")] + Array("theme").map { Key.character($0) } + [.enter]) == [.nextTheme])
    #expect(press(&state, .character(":"), .escape).isEmpty && state.mode == .browsing)
    #expect(
      press(&state, [.character(":")] + Array("shuffler: objects").map { Key.character($0) } + [.enter]) == [
        .show(.shuffler)
      ])
  }

  @Test func typedSizesAreAddedAndSelectedCacheIsExported() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let typed = press(&state, .character("a"), .character("9"), .character("6"), .character(" "), .enter)
    #expect(typed == [.addSizes([96])])
    #expect(press(&state, .character("a"), .character("x"), .enter).isEmpty)
    #expect(state.notice?.text == "'x': expected sizes in bytes, such as 96, or 72 80 88")
    #expect(
      press(&state, [.character("a")] + "72, 80 88".map { .character($0) } + [.enter]) == [.addSizes([72, 80, 88])])
    #expect(press(&state, .character("a"), .enter).isEmpty && state.notice == nil)
    let selected = state.selectedCache ?? ""
    #expect(press(&state, .character("x")) == [.exportCache(selected)])
  }

  @Test func pastIsShownWhileNewSnapshotsAreRecorded() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let events = { (state: DashboardState) in (state.snapshot?.events ?? 0) / 103_200 }
    #expect(events(state) == 20 && state.secondsAgo == nil)
    #expect(press(&state, .character("T")).isEmpty && events(state) == 20)
    _ = press(&state, .character("t"), .character("t"))
    #expect(events(state) == 18 && state.secondsAgo == 2)
    // New snapshots are recorded while the past is in view.
    for second in 21...23 { _ = state.update(.refreshed(snapshot(second: second), state.status, seconds: 1)) }
    #expect(events(state) == 18 && state.secondsAgo == 5)
    _ = press(&state, .character("T"))
    #expect(events(state) == 19)
    _ = press(&state, .character("J"), .character("1"), .character("0"), .character("s"), .enter)
    #expect(events(state) == 13 && state.secondsAgo == 10)
    _ = press(&state, .character("J"), .character("x"), .enter)
    #expect(state.notice?.isFailure == true)
    _ = press(&state, .character("n"))
    #expect(events(state) == 23 && state.secondsAgo == nil)
    // Steps end at the oldest recorded snapshot.
    for _ in 0..<700 { _ = press(&state, .character("t")) }
    #expect(events(state) == 0)
    for second in 24...700 { _ = state.update(.refreshed(snapshot(second: second), state.status, seconds: 1)) }
    #expect(state.secondsAgo.map { $0 <= 600 } ?? false)
    #expect(TypedTime.clock(100).secondsAgo(from: 160) == 60 && TypedTime.clock(160).secondsAgo(from: 100) == 86_340)
  }

  @Test func pastSnapshotShowsItsRates() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    for second in 21...25 {
      var machine = snapshot(second: 20)
      machine.timeMicroseconds = second * 1_000_000
      _ = state.update(.refreshed(machine, state.status, seconds: 1))
    }
    #expect(state.cacheRates.allocations.events == 0)
    _ = press(&state, [.character("J")] + "10".map { .character($0) } + [.enter])
    #expect(
      state.cacheRates.allocations.events == 103_200 && state.cacheRates.allocations.rate(of: "kmalloc-1k") == 16_000)
    _ = press(&state, .character("n"))
    #expect(state.cacheRates.allocations.events == 0)
  }

  @Test func pausedSnapshotsAreNotRecorded() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var status = state.status
    status.isPaused = true
    for _ in 0..<30 { _ = state.update(.refreshed(snapshot(second: 20), status, seconds: 1)) }
    _ = press(&state, .character("t"))
    #expect(state.snapshot?.events == 19 * 103_200)
  }

  @Test func successNoticeExpiresAndFailureRemains() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    func wait(_ seconds: Double) {
      var status = state.status
      status.now += seconds
      // The time of the recording does not matter.
      _ = state.update(.refreshed(snapshot(second: 20), status, seconds: 1000))
    }
    _ = state.update(.exported("done", isFailure: false))
    for _ in 0..<8 { wait(1) }
    #expect(state.notice?.text == "done")
    for _ in 0..<3 { wait(1) }
    #expect(state.notice == nil)
    _ = state.update(.exported("failed", isFailure: true))
    for _ in 0..<20 { wait(1) }
    #expect(state.notice?.text == "failed")
  }

  @Test func clicksSelectRowsAndSortColumns() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let top = state.layout.table.minY
    func click(_ x: Int, _ y: Int) -> [DashboardEffect] {
      state.update(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: y)))))
    }
    let third = state.rows[2].name
    #expect(click(3, top + 3) == [.watch(third)] && state.selectedCache == third)
    #expect(click(3, top).isEmpty && state.order.column == .name)
    let names = state.rows.map(\.name)
    _ = click(3, top)
    #expect(state.rows.map(\.name) == names.reversed() && state.selectedCache == third)
    #expect(click(3, 0).isEmpty && click(3, top + 30).isEmpty)
  }

  @Test func addedRetiredAndExportedSizesAreEvents() {
    var events = MachineEvents()
    var machine = snapshot(second: 1)
    machine.generalCaches = generalCaches.filter { $0.size != 1536 && $0.size != 224 }
    events.add(machine)
    machine.generalCaches = generalCaches.map { node in
      var node = node
      if node.size == 1536 { node.retries = 2 }
      return node
    }
    events.add(machine)
    machine.generalCaches = generalCaches.map { node in
      var node = node
      if node.size == 1536 { (node.isInService, node.retiredAt) = (false, 2_000_000) }
      return node
    }
    events.add(machine)
    #expect(
      events.log.events().map(\.description) == [
        "skbuff_head_cache was exported as kmalloc-224: it serves requests of 129 to 224 bytes",
        "kmalloc-1536 was added: it serves requests of 1025 to 1536 bytes, 2 retries",
        "kmalloc-1536 was retired: kmalloc-2k serves its requests",
      ])
  }

  @Test func fallbacksGrowthAndFailuresAreEvents() {
    var events = MachineEvents()
    var machine = snapshot(second: 1)
    events.add(machine)
    machine.timeMicroseconds += 250_000
    machine.caches[4].fallbacksByOrder?[0] = 3
    machine.caches[4].orderFallbacks = 3
    machine.caches[0].slabs += 200
    machine.caches[0].slabsByOrder[0] += 200
    machine.caches[0].slabBytes += 200 * 4096
    machine.failedAllocations = 7
    machine.caches.append(CacheSnapshot(name: "fresh"))
    machine.caches[machine.caches.count - 1].allocations = 1
    events.add(machine)
    let texts = events.log.events().map(\.description)
    #expect(texts.contains("kmalloc-2k: 3 order fallbacks to order 0, no free pages of order 0"))
    #expect(texts.contains("skbuff_head_cache grew by 200 slabs, 800.0 KiB"))
    #expect(
      texts.contains("7 allocations failed: out of memory") && texts.contains { $0.hasPrefix("fresh was created") })
    #expect(events.log.count(of: .warning) == 1 && events.log.count(of: .failure) == 1)
    events.add(machine)
    #expect(events.log.events().count == texts.count)
  }

  @Test func settingsReplaceKeysAndRejectErrors() throws {
    var state = watchedDashboard(Size(width: 120, height: 40))
    state.keys = try KeyBindings.standard(replacing: ["pause": ["P", "F9"], "theme": ["t"], "sort-left": ["ctrl-r"]])
    #expect(press(&state, .character("P")) == [.setPaused(true)] && press(&state, .function(9)) == [.setPaused(true)])
    // Replaced keys lose their former actions.
    #expect(press(&state, .character(" ")).isEmpty && press(&state, .character("t")) == [.nextTheme])
    #expect(press(&state, .character("q")) == [.quit])
    _ = state.update(.input(.resize(Size(width: 120, height: 100))))
    _ = press(&state, .character("h"))
    #expect(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().contains("P F9"))
    for (changes, message) in [
      (["pausse": ["x"]], "unknown command 'pausse'"), (["pause": ["ctrl-xx"]], "unknown key 'ctrl-xx'"),
      (["pause": ["x"], "quit": ["x"]], "x is already the key of pause"),
    ] {
      let error = #expect(throws: KeyBindingError.self) { try KeyBindings.standard(replacing: changes) }
      #expect(error?.description.hasPrefix(message) ?? false)
    }
  }

  @Test func keyNamesParseBackAndCommandNamesAreUnique() {
    for key in KeyMap.bindings.flatMap(\.keys) { #expect(Key(named: key.name) == key, "\(key.name)") }
    let names = KeyMap.bindings.map(\.action.name)
    #expect(Set(names).count == names.count && names.contains("sort-left") && names.contains("next-page"))
  }

  @Test func keyBarShowsEveryBindingWithALabel() {
    let named = KeyMap.bindings.filter { $0.bar != nil }.map(\.action)
    #expect(Set(named) == Set(KeyMap.barOrder) && named.count == KeyMap.barOrder.count)
  }

  @Test func noKeyIsBoundTwice() {
    let keys = KeyMap.bindings.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test func selectionMovesAndFollowsItsCache() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let names = state.rows.map(\.name)
    #expect(state.selectedCache == names[0] && names.count == 7)
    #expect(press(&state, .character("j"), .down) == [.watch(names[1]), .watch(names[2])])
    #expect(press(&state, .character("k"), .up) == [.watch(names[1]), .watch(names[0])])
    #expect(press(&state, .character("G")) == [.watch(names[6])])
    #expect(press(&state, .pageUp) == [.watch(names[0])])
    #expect(press(&state, .pageDown, .home, .end, .character("g")).last == .watch(names[0]))
    let chosen = press(&state, .down)
    #expect(press(&state, .character("I")).isEmpty && state.selectedCache == names[1])
    #expect(state.rows[state.selection.selected].name == names[1] && chosen == [.watch(names[1])])
  }

  @Test func everyColumnSortsInBothDirections() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    var seen: [CacheColumn] = []
    for _ in CacheColumn.standard.filter(\.isSortable) {
      _ = press(&state, .character(">"))
      seen.append(state.order.column)
      let forward = state.rows.map(\.name)
      _ = press(&state, .character("I"))
      #expect(state.rows.map(\.name) == forward.reversed(), "\(state.order.column)")
      _ = press(&state, .character("I"))
    }
    #expect(Set(seen) == Set(CacheColumn.standard.filter(\.isSortable)))
    while state.order.column != .name { _ = press(&state, .character("<")) }
    #expect(state.rows.map(\.name) == state.rows.map(\.name).sorted())
  }

  @Test func filterIsTypedAppliedAndCleared() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    _ = press(&state, .character("/"), .character("S"), .character("K"), .character("b"))
    #expect(state.rows.count == 3 && state.filter == "SKb")
    // Keys of commands are text while a filter is typed.
    _ = press(&state, .backspace, .character("q"))
    #expect(state.rows.isEmpty && state.selectedCache == nil)
    _ = press(&state, .backspace, .enter)
    #expect(state.mode == .browsing && state.filter == "SK" && state.rows.count == 3)
    _ = press(&state, .escape)
    #expect(state.filter.isEmpty && state.rows.count == 7)
  }

  @Test func exportRequestsFormatThenFileName() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    #expect(press(&state, .character("e"), .character("s"), .enter) == [.export(.slabinfo, name: "slabscope.slabinfo")])
    let typed: [Key] = [.character("e"), .character("j"), .control("u")] + "x.json".map { .character($0) } + [.enter]
    #expect(press(&state, typed) == [.export(.json, name: "x.json")])
    #expect(press(&state, .character("e"), .character("j"), .escape).isEmpty)
    #expect(press(&state, .character("e"), .character("x"), .escape).isEmpty)
    #expect(state.mode == .browsing)
  }

  @Test func helpScrollsNoFurtherThanItsEnd() {
    var state = watchedDashboard(Size(width: 80, height: 24))
    _ = press(&state, .character("h"), .end)
    guard case .help(let last) = state.mode else { return #expect(Bool(false), "help is not open") }
    _ = press(&state, .down, .pageDown)
    #expect(state.mode == .help(offset: last) && last > 0)
    _ = press(&state, .up)
    #expect(state.mode == .help(offset: last - 1))
    #expect(press(&state, .character("q")).isEmpty && state.mode == .browsing)
  }

  @Test func ratesAreDifferencesOverTime() {
    let state = watchedDashboard(Size(width: 120, height: 40), seconds: 5)
    #expect(state.cacheRates.allocations.rate(of: "kmalloc-1k") == 16_000)
    #expect(state.cacheRates.allocations.events == 103_200)
    #expect(state.cacheRates.allocations.rate(of: "TCP") == 0)
  }

  @Test func numbersAreRoundedToThreeDigits() {
    let counts: [String] = [0, 999, 1000, 1234, 99_949, 99_950, 1_000_000, 34_500_000].map(NumberFormat.count)
    #expect(counts == ["0", "999", "1.0k", "1.2k", "99.9k", "100k", "1.0M", "34.5M"])
    let bytes: [String] = [512, 1024, 4096, 64 << 20].map { NumberFormat.bytes($0) }
    #expect(bytes == ["512 B", "1.0 KiB", "4.0 KiB", "64.0 MiB"])
    let times: [String] = [0, 12_345_678, 245_000_000, 7_980_000_000].map(NumberFormat.time(microseconds:))
    #expect(times == ["0.0s", "12.3s", "4m05s", "2h13m"])
    #expect(NumberFormat.percent(1, of: 0) == "-")
  }

  private func press(_ state: inout DashboardState, _ keys: Key...) -> [DashboardEffect] { press(&state, keys) }

  private func press(_ state: inout DashboardState, _ keys: [Key]) -> [DashboardEffect] {
    keys.flatMap { state.update(.input(.key($0))) }
  }

  @Test func machineKeysRequestChanges() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    let effects = ["Y", "m", "M", "o", "S", "A"].flatMap { state.update(.input(.key(.character(Character($0))))) }
    #expect(
      effects == [.nextPolicy, .squeeze(1), .squeeze(-1), .toggleHighOrders, .toggleShuffling, .toggleSizes])
  }
}

extension UpdateTests {
  @Test func recordingIsRequestedOfAKernelAndRefusedForOtherSources() {
    var state = watchedDashboard(Size(width: 120, height: 40))
    state.status.source = SourceDescription(title: "The running kernel", capabilities: [.recording])
    #expect(state.update(.input(.key(.character("R")))) == [.toggleRecording])
    state.status.source = SourceDescription(title: "The allocator", capabilities: [.replay])
    #expect(state.update(.input(.key(.character("R")))) == [])
    #expect(state.notice?.isFailure == true)
    #expect(
      state.notice?.text.hasPrefix("The allocator has nothing to record: only the events of a running kernel") == true)
    state.status.recording = "recording to x.slabtrace"
    #expect(DashboardView.draw(state, theme: .midnight, glyphs: .unicode).text().contains("RECORDING: R ends"))
  }
}
