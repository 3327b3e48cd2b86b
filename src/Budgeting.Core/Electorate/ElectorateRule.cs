using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Electorate;

/// <summary>What the right to vote in a round rests on.</summary>
public enum ElectorateBasis
{
    /// <summary>The home region that people give themselves. Whoever votes needs an account.</summary>
    Declared,

    /// <summary>The round's register: whoever votes proves an entry of it.</summary>
    Registered,
}

/// <summary>Who may vote in a round.</summary>
/// <param name="Basis">What the right rests on.</param>
/// <param name="MinimumAge">For a register: the age in whole years that must have been reached, 0 to 100; 0 is no limit. Else null.</param>
/// <param name="AgeOn">For a register: the day on which the age must have been reached at the latest. Else null.</param>
/// <param name="RegionIds">Whose people may vote: these regions and those below them, all in the round's region. None is the whole of the round's region.</param>
/// <param name="PublishesBands">Whether a voter's age group, district and way of voting, in coarse words, go with the ballot to be published.</param>
public sealed record ElectorateRule(
    ElectorateBasis Basis, int? MinimumAge = null, DateOnly? AgeOn = null, IReadOnlyList<long>? RegionIds = null, bool PublishesBands = false)
{
    /// <summary>The rule of a round for which none was set: all who say that they live in its region.</summary>
    public static ElectorateRule Unset { get; } = new(ElectorateBasis.Declared);

    /// <summary>Whose people may vote; none is the whole of the round's region.</summary>
    public IReadOnlyList<long> RegionIds { get; init; } = RegionIds ?? [];

    /// <summary>Whether somebody born on a day reaches the age in time. Who was born on 29 February reaches it on 28 February where the year has no 29th.</summary>
    internal bool IsOfAge(DateOnly born) => MinimumAge is not { } age || AgeOn is not { } day || born.AddYears(age) <= day;
}

internal sealed class ElectorateRuleValidator : AbstractValidator<ElectorateRule>
{
    public ElectorateRuleValidator()
    {
        RuleFor(rule => rule.Basis).IsInEnum().WithErrorCode("Electorate.Basis");
        When(rule => rule.Basis == ElectorateBasis.Registered, () =>
        {
            RuleFor(rule => rule.MinimumAge).Must(age => age is >= 0 and <= 100).WithErrorCode("Electorate.MinimumAge");
            RuleFor(rule => rule.AgeOn).Must(day => day is { Year: >= 2000 and <= 2200 }).WithErrorCode("Electorate.AgeOn");
        }).Otherwise(() =>
        {
            RuleFor(rule => rule.MinimumAge).Null().WithErrorCode("Electorate.AgeNeedsRegister");
            RuleFor(rule => rule.AgeOn).Null().WithErrorCode("Electorate.AgeNeedsRegister");
        });
    }
}

/// <summary>The electorate of a round as stored; a round without a row has <see cref="ElectorateRule.Unset"/>.</summary>
internal sealed class StoredElectorate
{
    private StoredElectorate()
    {
    }

    public StoredElectorate(long roundId, ElectorateRule rule)
    {
        RoundId = roundId;
        Follow(rule);
    }

    public long RoundId { get; private set; }

    public ElectorateBasis Basis { get; private set; }

    public int? MinimumAge { get; private set; }

    public DateOnly? AgeOn { get; private set; }

    public List<long> Regions { get; private set; } = [];

    public bool PublishesBands { get; private set; }

    public void Follow(ElectorateRule rule) =>
        (Basis, MinimumAge, AgeOn, Regions, PublishesBands) = (rule.Basis, rule.MinimumAge, rule.AgeOn, [.. rule.RegionIds.Distinct().Order()], rule.PublishesBands);

    /// <summary>Whether a rule decides the same of everybody as the stored one, so that entries made by it stay right.</summary>
    public bool DecidesAs(ElectorateRule rule) =>
        (Basis, MinimumAge, AgeOn) == (rule.Basis, rule.MinimumAge, rule.AgeOn) && Regions.SequenceEqual(rule.RegionIds.Distinct().Order());

    public ElectorateRule ToRule() => new(Basis, MinimumAge, AgeOn, [.. Regions], PublishesBands);
}

internal sealed class StoredElectorateMapping : IEntityTypeConfiguration<StoredElectorate>
{
    public const string AgeWithRegister =
        "(basis = 'Declared' AND minimum_age IS NULL AND age_on IS NULL) OR (basis = 'Registered' AND minimum_age BETWEEN 0 AND 100 AND age_on IS NOT NULL)";

    public void Configure(EntityTypeBuilder<StoredElectorate> table)
    {
        table.ToTable("electorates", check => check.HasCheckConstraint("ck_electorates_age_with_register", AgeWithRegister));
        table.HasKey(electorate => electorate.RoundId);
        table.Property(electorate => electorate.RoundId).ValueGeneratedNever();
        table.HasOne<Rounds.Round>().WithMany().HasForeignKey(electorate => electorate.RoundId).OnDelete(DeleteBehavior.Restrict);
    }
}
