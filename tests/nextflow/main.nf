// A pipeline that asks for more than any instance has, tags tasks as real pipelines do, and fails.

process ASKS {
    tag "${name}"
    cpus 999
    memory 9999.GB

    input:
    val name

    script:
    """
    echo '${task.cpus} CPUs, ${task.memory.toMega()} MiB' > '${params.seen}/resources'
    """
}

process RECOVERS {
    input:
    val status

    output:
    val status

    script:
    """
    echo ${status} >> '${params.seen}/recovered'
    exit ${task.attempt == 1 ? status : 0}
    """
}

process FAILS {
    input:
    val ready

    script:
    """
    echo ${task.attempt} >> '${params.seen}/attempts'
    exit ${params.status}
    """
}

// Is under way until the run is known to have failed.
process LASTS {
    script:
    """
    until grep -qs 'Error executing process' '${workflow.launchDir}/.nextflow.log'; do sleep 0.1; done
    touch '${params.seen}/lasted'
    """
}

workflow {
    ASKS(channel.of('chr1:100-200,(sample #1)|^GATC', 'x' * 300, ''))
    RECOVERS(channel.of(104, 130, 137, 143, 145, 174, 175, 176, 177))
    FAILS(RECOVERS.out.collect())
    LASTS()
}
