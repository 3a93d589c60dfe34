"""What is taught, how much, and how it is kept."""

from sim.scenario.parameters.base import Section, assumed, evidence, hours, money, number, ratio, share


class Training(Section):
    """What is taught, how much, and how it is kept."""

    name = "training"

    hours_per_quarter: float = hours(
        6.0, 0, 520, evidence("TRN-14: 2,000 a year at 85 an hour"), label="training", per="rep / quarter", lever="rep"
    )
    """Training each rep gets."""
    cost_per_hour: float = money(85.0, 0, 2000, evidence("TRN-14"), label="cost per hour of training", per="hour")
    """Cost of an hour of training or codification."""
    value_content: float = share(0.8, assumed("mostly value"), label="training on creating value", lever="rep")
    """Share of training on creating value; the rest is closing tactics."""
    driving_from_closing: float = ratio(0.5, 0, 1, assumed("half of them help a group to conclude"))
    """Worth of closing tactics for driving opportunities, against value-creating content."""
    gain_per_hour: float = number(0.03, 0, 1, "1 / hour", evidence("FLY-01: a week's course brings 10%"))
    """Part of the gap to the playbook closed by an hour, before transfer."""
    coaching_gain_per_hour: float = number(0.0075, 0, 1, "1 / hour", evidence("TRN-12: coaching multiplies training"))
    """Part of the gap closed by an hour of coaching."""
    coaching_middle: float = share(1.0, evidence("MGR-14: the middle 60% gain most; size assumed"))
    """Part of coaching that only those of middling gift take in."""
    practice_gain_per_hour: float = number(0.0005, 0, 1, "1 / hour", evidence("FLY-08: peers teach more; size assumed"))
    """Part of the gap closed by an hour with buyers, as far as the playbook is followed."""
    colleague_rate: float = number(0.03, 0, 1, "1 / week", assumed("judged by FLY-02, FLY-03"))
    """Part of the gap to what the team shows that those below it close in a week."""
    peer_half_hours: float = hours(0.5, 0.01, 10, assumed("half an hour a week shows half"), per="rep / week")
    """Meetings of colleagues at which the team shows half of what its best do beyond the mean."""
    transfer_alone: float = share(0.5, evidence("TRN-11, TRN-12: order only"))
    """Transfer of training without coaching."""
    transfer_coached: float = share(1.0, evidence("TRN-11, TRN-12: order only"), high=2)
    """Further transfer with full coaching."""
    transfer_unwilling: float = share(0.5, assumed("half is learned by whoever sits through it"))
    """Transfer left without goal clarity, without trust or without motivation, for each of them."""
    coaching_half_hours: float = hours(0.7, 0.01, 10, evidence("MGR-05, MGR-06: 3 hours a month"), per="rep / week")
    """Coaching at which half its effect on transfer is reached."""
    half_life_months: float = number(9.0, 0.5, 120, "months", evidence("TRN-06, TRN-07: accuracy and mixed measures"))
    """Half-life of trained method without use or reinforcement."""
    reinforcement: float = ratio(1.2, 0, 2, evidence("TRN-12: order only"))
    """Part of forgetting that full coaching prevents (bounded by none left)."""
    budget_share: float = share(0.02, assumed("usual order of size"), label="budget share for training")
    """Share of gross margin for training where it funds itself."""
    initial_playbook: float = share(0.75, assumed("by phase, see presets"), when="start")
    """Quality of the playbook at the start."""
    codification_hours_per_quarter: float = hours(
        60.0, 0, 5000, assumed("a tenth of a person"), label="work on the playbook", per="quarter", lever="organization"
    )
    """Hours spent putting star practice into the playbook."""
    codification_gain_per_hour: float = number(0.004, 0, 1, "1 / hour", assumed("a person-year writes most of it down"))
    """Part of the gap to star practice closed by an hour."""
    playbook_ageing: float = number(0.05, 0, 2, "1 / year", assumed("a tenth a year"))
    """Playbook lost as the market moves."""
    star_scale: float = ratio(0.65, 0.1, 20, assumed("gifts cannot be written down in full"))
    """Capability at which 63% of what can be described is reached."""
    star_share: float = share(0.1, assumed("the top decile"), low=0.01)
    """Share of reps, by bookings over territory potential, whose practice goes into the playbook."""
